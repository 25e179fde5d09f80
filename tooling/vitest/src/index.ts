import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * How every package is tested: its built files, as a user's Node loads them, on the Node that runs vitest.
 * Leaves `test-results/node<major>.json` behind for the closing line.
 */
const preset: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], checker: 'tsc' },
    // What is built is loaded by Node itself, not rewritten by vite: loading and unloading are part of what is tested.
    server: { deps: { external: [/\/dist\//] } },
    reporters: ['default', 'json'],
    outputFile: { json: `test-results/node${process.versions.node.split('.')[0]}.json` },
    // Measured on the built files and told of the sources, through their maps.
    coverage: { exclude: ['**/test/**', '**/node_modules/**'], excludeAfterRemap: true, reporter: ['text'], thresholds: { lines: 95 } },
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--expose-gc', '--no-experimental-require-module', '--no-experimental-detect-module'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

export default preset;
