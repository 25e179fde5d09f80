// Measures what the READMEs say, beside what a user would otherwise use, and keeps it in results.json.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layerFolder } from '@suga/layer';
import { handlers } from './handlers.ts';
import { type ColdStart, coldStart, type Handler } from './cold-start.ts';
import { type Runtime, runJson, runtimes } from './node.ts';
import { show, spreadOf } from './spread.ts';
import { twelve } from './twelve.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' }, keep: { type: 'boolean' } } });
const rounds = Number(values.rounds);
const script = (name: string): string => join(import.meta.dirname, 'scripts', name);

/** Numbers for the READMEs by key. */
type Results = Record<string, string>;

/** A row of what must be reached. */
function row(results: Results, node: Runtime, key: string, what: string, samples: readonly number[], options: { readonly target?: number; readonly digits?: number }): void {
  const { digits = 2, target } = options;
  const spread = spreadOf(samples);
  results[`${key}@${node.major}`] = spread.median.toFixed(digits);
  const verdict = target === undefined ? '' : spread.median <= target ? `  ≤ ${target}: reached` : `  ≤ ${target}: NOT REACHED`;
  console.log(`${what.padEnd(78)} ${show(spread, digits)}${verdict}`);
}

function calls(results: Results, node: Runtime): void {
  const runs = Array.from({ length: Math.min(rounds, 9) }, () => runJson<Record<'direct' | 'none' | 'three', number>>(node, script('call.ts')));
  row(results, node, 'call.direct', 'cache.get, straight to the core, ns', runs.map(({ direct }) => direct), { digits: 1 });
  row(results, node, 'gateway.none', 'through the gateway ÷ direct', runs.map(({ none, direct }) => none / direct), { target: 1.05 });
  row(results, node, 'gateway.three', 'with three middleware that have nothing to add ÷ direct', runs.map(({ three, direct }) => three / direct), { target: 1.05 });
}

function imports(results: Results, node: Runtime): void {
  const pairs = Array.from({ length: rounds }, () => [twelve.bundled, twelve.files].map((file) => runJson<{ took: number }>(node, file).took));
  row(results, node, 'import.bundled', 'import of the gateway and twelve definitions, bundled, ms', pairs.map(([took]) => took as number), { target: 2 });
  row(results, node, 'import.files', 'the same as thirteen files, ms', pairs.map(([, took]) => took as number), {});
  const names = ['cache', 'config', 'lambda', 'logging'];
  const loads = Array.from({ length: rounds }, () => names.map((name) => runJson<{ took: number }>(node, script('load.cjs'), layerFolder, name).took));
  for (const [at, name] of names.entries()) row(results, node, `load.${name}`, `load of ${name} at its first call, ms`, loads.map((round) => round[at] as number), { target: 3 });
}

function heap(results: Results, node: Runtime): void {
  const runs = Array.from({ length: 3 }, () => runJson<{ growth: number; core: number }>(node, script('heap.mjs')));
  row(results, node, 'heap.core', 'a core of the size unloaded 200 times, MB', runs.map(({ core }) => core / 2 ** 20), { digits: 1 });
  row(results, node, 'heap.growth', 'heap after 200 load/unload cycles of it, minus before, MB', runs.map(({ growth }) => growth / 2 ** 20), { target: 2 });
}

async function coldStarts(results: Results, node: Runtime): Promise<void> {
  const taken = new Map<Handler, ColdStart[]>(handlers.map((name) => [name, []]));
  const order = [...handlers];
  for (let round = -1; round < rounds; round++) {
    for (const name of order) {
      const measured = await coldStart(node, name);
      // The first round fills the disk cache.
      if (round >= 0) taken.get(name)?.push(measured);
    }
    order.push(order.shift() as Handler);
  }
  const of = (name: Handler, pick: (one: ColdStart) => number): number[] => (taken.get(name) ?? []).map(pick);
  const minusBare = (name: Handler, pick: (one: ColdStart) => number): number[] => of(name, pick).map((value, round) => value - (of('bare', pick)[round] ?? Number.NaN));
  const ms = (one: ColdStart): number => one.ms;
  const rss = (one: ColdStart): number => one.rss;
  row(results, node, 'cold.bare', 'bare handler: init + first + second call, ms', of('bare', ms), { digits: 1 });
  row(results, node, 'cold.ours', 'ours minus bare, ms', minusBare('ours', ms), { target: 6, digits: 1 });
  row(results, node, 'cold.same', 'Powertools Logger, Middy, lru-cache, the same work: minus bare, ms', minusBare('peers-same', ms), { digits: 1 });
  row(results, node, 'cold.stack', 'with Powertools Metrics, opossum and jose beside it: minus bare, ms', minusBare('peers-stack', ms), { digits: 1 });
  row(results, node, 'rss.bare', 'bare handler: RSS after two calls, MB', of('bare', rss), { digits: 1 });
  row(results, node, 'rss.ours', 'ours minus bare, MB', minusBare('ours', rss), { target: 3, digits: 1 });
  row(results, node, 'rss.same', 'the same from the libraries: minus bare, MB', minusBare('peers-same', rss), { digits: 1 });
  row(results, node, 'rss.stack', 'with more of them: minus bare, MB', minusBare('peers-stack', rss), { digits: 1 });
}

const results: Results = {};
for (const node of runtimes()) {
  console.log(`\nNode ${node.major}: median (minimum, 10th to 90th percentile, fresh processes)`);
  calls(results, node);
  imports(results, node);
  heap(results, node);
  await coldStarts(results, node);
}
if (values.keep) writeFileSync(join(import.meta.dirname, '..', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
