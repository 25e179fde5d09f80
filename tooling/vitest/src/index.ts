import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { propertyFactor } from './property-settings.ts';

const ownFastCheck = fileURLToPath(new URL('fast-check.ts', import.meta.url));

/** Applies our settings to fast-check in every test that imports it, so that a test cannot forget them. */
const properties = {
  name: 'suga-properties',
  enforce: 'pre' as const,
  resolveId: (source: string, importer: string | undefined): string | undefined =>
    source === 'fast-check' && importer !== ownFastCheck ? ownFastCheck : undefined,
};

// The limit is only for tests that hang, and no test depends on it. With thirty programs on two cores, some tests take minutes.
const LIMIT = 600_000 * Math.max(1, propertyFactor(process.env));

/**
 * The test settings of every package. Tests load the built files as a user's Node does, on the Node that runs vitest.
 * Each run writes `test-results/node<major>.json`, from which `tooling/setup` builds the last line of its output.
 */
const preset: ViteUserConfig = defineConfig({
  plugins: [properties],
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], checker: 'tsc' },
    // Node itself loads the built files, and vite does not rewrite them, because loading and unloading are tested too.
    server: { deps: { external: [/\/dist\//] } },
    reporters: ['default', 'json'],
    outputFile: { json: `test-results/node${process.versions.node.split('.')[0]}.json` },
    // Coverage is measured on the built files and reported for the sources, through source maps.
    coverage: { exclude: ['**/test/**', '**/node_modules/**'], excludeAfterRemap: true, reporter: ['text'], thresholds: { lines: 95 } },
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--expose-gc', '--no-experimental-require-module', '--no-experimental-detect-module'],
    testTimeout: LIMIT,
    hookTimeout: LIMIT,
  },
});

export default preset;
