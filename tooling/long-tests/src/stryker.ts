import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Report } from './report.ts';
import type { Part, Target } from './targets.ts';
import { root, run } from './workspace.ts';

const stryker = join(root, 'tooling', 'stryker', 'node_modules');
/** Folder of the results between two runs; remove it to begin anew. */
const results = join(root, 'tooling', 'long-tests', 'test-results', 'mutation');

/**
 * Runs Stryker over a target. All mutants are built into the package at once; one of them at a time is switched on while the tests that
 * reach it run, up to the first that fails. What an earlier run found, also one that was interrupted, is taken over where nothing has changed.
 * @throws Error if Stryker could not do its work
 */
export function mutants(name: string, target: Target): readonly Report[] {
  if (!existsSync(stryker)) throw new Error('Stryker is not installed: start this by `npm run test:long -- mutate`, which installs it.');
  mkdirSync(results, { recursive: true });
  return target.parts.map((part, index) => reportOf(join(results, index === 0 ? name : `${name}-${index + 1}`), target, part));
}

function reportOf(path: string, { folder, build }: Target, part: Part): Report {
  const [config, report] = [`${path}.config.json`, `${path}.json`];
  rmSync(report, { force: true });
  writeFileSync(
    config,
    JSON.stringify({ ...options(part), buildCommand: build, incrementalFile: `${path}.incremental.json`, jsonReporter: { fileName: report } }),
  );
  // The same values in every run, so that a property kills the same mutants.
  const env = { SUGA_PROPERTY_SEED: '1', FTPMS_MONTHS: '20', ...(part.childrenOf && { SUGA_MUTANTS_IN_CHILDREN: '1' }) };
  const ok = run(folder, [join(stryker, '.bin', 'stryker'), 'run', config], env);
  if (!ok || !existsSync(report)) throw new Error(`Stryker could not mutate ${part.mutate.join(', ')} of ${folder}; its reason is above.`);
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

const options = ({ mutate, childrenOf, tests = childrenOf }: Part): object => ({
  mutate,
  ...(tests && { testFiles: tests }),
  coverageAnalysis: childrenOf ? 'off' : 'perTest',
  testRunner: 'vitest',
  plugins: [pathToFileURL(join(stryker, '@stryker-mutator', 'vitest-runner', 'dist', 'src', 'index.js')).href],
  vitest: { configFile: join(root, 'tooling', 'long-tests', 'src', 'mutants.config.ts'), pool: 'forks', related: false },
  // Messages are prose. Their tests name the words that matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  // Two cores. A mutant that runs five times as long as the tests, and a minute, has lost its way.
  concurrency: Number(process.env['SUGA_MUTATION_WORKERS'] ?? 2),
  timeoutFactor: 5,
  timeoutMS: 60_000,
  incremental: true,
  reporters: ['json', 'progress-append-only'],
  cleanTempDir: 'always',
});
