/** A part of a package whose tests are proven by mutation. */
export interface Target {
  /** The package's folder, relative to the root. */
  readonly folder: string;
  /** The files that are changed, relative to the package. */
  readonly mutate: readonly string[];
  /** The program that builds what the tests load, for the whole package at once. */
  readonly build: string;
}

const everything = ['src/**/*.ts', '!src/**/contract.ts'];

const library = (name: string, mutate: readonly string[] = everything): Target => ({ folder: `packages/${name}`, mutate, build: 'tsup' });

/** Parts by the name that `npm run test:long -- mutate` takes. */
export const targets: Readonly<Record<string, Target>> = {
  lmms: library('lmms'),
  'ofb-order': library(
    'ofb',
    ['order', 'lane', 'batch', 'call', 'reads'].map((name) => `src/${name}.ts`),
  ),
  gateway: library('gateway'),
  circuit: library('circuit-breaker', ['src/circuit.ts']),
  'ftpms-lease': library('ftpms', ['src/lease*.ts']),
  'ftpms-ledger': library(
    'ftpms',
    ['ledger', 'month', 'memory', 'table-month', 'table'].map((name) => `src/${name}.ts`),
  ),
  'ftpms-guardian': library('ftpms', ['src/guardian/*.ts']),
};

/** The package with known gaps in its tests, by which the tool is proven. */
export const fixture: Target = { folder: 'tooling/long-tests/fixture', mutate: ['src/index.ts'], build: 'node build.mjs' };
