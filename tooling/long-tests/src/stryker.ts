import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Report } from './report.ts';
import type { Part, Target } from './targets.ts';
import { root, run } from './workspace.ts';

const stryker = join(root, 'tooling', 'stryker', 'node_modules');
/** The folder that keeps results between runs. Remove it to start again from the beginning. */
const results = join(root, 'tooling', 'long-tests', 'test-results', 'mutation');

/**
 * Runs Stryker on a target. All mutants are built into the package at once, and one at a time is active. The tests that reach it
 * run until the first of them fails. Results of an earlier run, even of an interrupted one, are reused if nothing has changed.
 * @throws Error if Stryker failed
 */
export function mutants(name: string, target: Target): readonly Report[] {
  if (!existsSync(stryker)) throw new Error('Stryker is not installed: run `npm run test:long -- mutate`, which installs it.');
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
  // Properties get the same values in every run, so that they notice the same mutants.
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
  // Messages are prose. Their tests quote the words that matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  // The default suits two cores. A mutant that takes five times as long as the tests, plus a minute, will not end.
  concurrency: Number(process.env['SUGA_MUTATION_WORKERS'] ?? 2),
  timeoutFactor: 5,
  timeoutMS: 60_000,
  incremental: true,
  reporters: ['json', 'progress-append-only'],
  cleanTempDir: 'always',
});
