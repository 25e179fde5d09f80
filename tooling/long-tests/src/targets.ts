/** Files of a package that are mutated together. */
export interface Part {
  /** Files, relative to the package. */
  readonly mutate: readonly string[];
  /**
   * Test files whose child processes run this code. No test reaches the code in its own process, so all these files run for each mutant.
   * @default the tests that reach a mutant
   */
  readonly childrenOf?: readonly string[];
  /**
   * Test files to run, if other tests also reach the code but would take too long for each mutant.
   * @default all
   */
  readonly tests?: readonly string[];
}

/** A part of the repository whose tests are checked by mutation. */
export interface Target {
  /** The package's folder, relative to the root. */
  readonly folder: string;
  readonly parts: readonly Part[];
  /** The command that builds the files that the tests load, for the whole package at once. */
  readonly build: string;
}

const library = (name: string, ...parts: readonly Part[]): Target => ({ folder: `packages/${name}`, parts, build: 'tsup' });
const files = (...names: readonly string[]): readonly string[] => names.map((name) => `src/${name}.ts`);
const allBut = (...names: readonly string[]): readonly string[] => ['src/**/*.ts', ...files(...names).map((file) => `!${file}`)];

/** Describes a target of ftpms. Its build reads a licence from `node_modules`. */
const ftpms = (part: Part): Target => ({ ...library('ftpms', part), build: 'node ../../../../tooling/long-tests/src/build-copy.ts' });

/** Targets by the name to pass to `npm run test:long -- mutate`. */
export const targets: Readonly<Record<string, Target>> = {
  lmms: library(
    'lmms',
    { mutate: allBut('baked', 'contract', 'loader', 'pack') },
    { mutate: files('baked', 'loader', 'pack'), childrenOf: ['test/baked.test.ts'] },
  ),
  ofb: library('ofb', {
    mutate: files(...['batch', 'call', 'call-order', 'call-owner', 'call-queue', 'interface-batcher', 'pending-reads'].map((name) => `queue/${name}`)),
  }),
  gateway: library(
    'gateway',
    { mutate: allBut('auto', 'bundled/output', 'loading/installed-packages') },
    {
      mutate: files('auto', 'bundled/output', 'loading/installed-packages'),
      childrenOf: ['test/auto.test.ts', 'test/output.test.ts', 'test/ready-made.test.ts'],
    },
  ),
  'circuit-breaker': library('circuit-breaker', { mutate: files('circuit') }),
  // The simulator and the small worlds are left out: they simulate months, which takes minutes for each mutant.
  'ftpms-lease': ftpms({ mutate: files('lease/*'), tests: ['test/lease*.test.ts', 'test/ftpms.test.ts', 'test/dynamodb-ledger.test.ts'] }),
  'ftpms-ledger': ftpms({
    mutate: files('ledger/month-balance', 'ledger/memory-ledger', 'ledger/dynamodb-ledger', 'ledger/dynamodb-month-item'),
    tests: ['test/ledger.test.ts', 'test/dynamodb-ledger.test.ts'],
  }),
  'ftpms-guardian': ftpms({ mutate: files('guardian/*'), tests: ['test/guardian/*.test.ts'] }),
};

/** A package with known gaps in its tests. It proves that the tool works. */
export const fixture: Target = {
  folder: 'tooling/long-tests/fixture',
  parts: [{ mutate: ['src/index.ts'] }, { mutate: ['src/program.ts'], childrenOf: ['test/program.test.ts'] }],
  build: 'node build.mjs',
};
