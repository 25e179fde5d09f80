import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { propertyFactor } from './property-settings.ts';

const ownFastCheck = fileURLToPath(new URL('fast-check.ts', import.meta.url));

/** Puts our settings before fast-check wherever a test imports it: no test has to remember them. */
const properties = {
  name: 'suga-properties',
  enforce: 'pre' as const,
  resolveId: (source: string, importer: string | undefined): string | undefined =>
    source === 'fast-check' && importer !== ownFastCheck ? ownFastCheck : undefined,
};

// A limit ends a test that hangs, and no other: with thirty programs on two cores some tests take minutes. It is never part of what is tested.
const LIMIT = 600_000 * Math.max(1, propertyFactor(process.env));

/**
 * How every package is tested: its built files, as a user's Node loads them, on the Node that runs vitest.
 * Leaves `test-results/node<major>.json` behind for the closing line.
 */
const preset: ViteUserConfig = defineConfig({
  plugins: [properties],
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
    testTimeout: LIMIT,
    hookTimeout: LIMIT,
  },
});

export default preset;
