import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { add, type Counts, folderOf, folders, root, run, testFiles } from './workspace.ts';

/** Runs every property 100 times as often as usual, with several seeds, one package at a time. */
export function properties(args: readonly string[]): Counts {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '100' }, seeds: { type: 'string', default: '3' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const seeds = values.seed === undefined ? Array.from({ length: Number(values.seeds) }, newSeed) : [Number(values.seed)];
  const chosen = positionals.length > 0 ? positionals.map(folderOf) : folders();
  let counts: Counts = { passed: 0, failed: 0 };
  for (const folder of chosen) {
    const files = testFiles(folder, "'fast-check'");
    if (files.length === 0) continue;
    for (const seed of seeds) {
      console.log(`\n— Properties of ${folder}: ${values.runs} times the usual runs, seed ${seed} —`);
      const ok = run(folder, [vitest(folder), 'run', ...files], { SUGA_PROPERTY_RUNS: values.runs, SUGA_PROPERTY_SEED: String(seed) });
      counts = add(counts, ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
    }
  }
  return counts;
}

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32) - 2 ** 31;

const vitest = (folder: string): string => join(root, folder, 'node_modules', '.bin', 'vitest');
