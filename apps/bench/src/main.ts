// Measures the numbers in the READMEs, beside the libraries that users would otherwise use. `--keep` writes them to results.json.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layerFolder, layerZip } from '@suga/layer';
import { batching } from './batching.ts';
import { type ColdStart, coldStart } from './cold-start.ts';
import { described, type HandlerName, handlers } from './handlers.ts';
import { gatewaySize, interfaces, packageOf, peerFile, peerSizeOf, sizeOf } from './interfaces.ts';
import { memory } from './memory.ts';
import { type Runtime, runJson, runtimes } from './node.ts';
import { protection } from './protection.ts';
import { Report, type Row } from './report.ts';
import { twelve } from './twelve.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' }, only: { type: 'string' }, keep: { type: 'boolean' } } });
const rounds = Number(values.rounds);
const script = (name: string): string => join(import.meta.dirname, 'scripts', name);
const repeat = <T>(times: number, run: () => T): T[] => Array.from({ length: times }, run);

function* calls(node: Runtime): Iterable<Row> {
  const runs = repeat(Math.min(rounds, 9), () => runJson<Record<'direct' | 'none' | 'three' | 'lmms', number>>(node, script('call.ts')));
  yield { key: 'call.direct', what: 'cache.get, directly to the core, ns', samples: runs.map(({ direct }) => direct), digits: 1 };
  yield { key: 'gateway.none', what: 'through the gateway ÷ direct', samples: runs.map(({ none, direct }) => none / direct), target: 1.05 };
  yield { key: 'gateway.three', what: 'with three idle middleware ÷ direct', samples: runs.map(({ three, direct }) => three / direct), target: 1.05 };
  yield { key: 'gateway.lmms', what: 'with lmms ÷ direct', samples: runs.map(({ lmms, direct }) => lmms / direct), target: 1.05 };
}

function* imports(node: Runtime): Iterable<Row> {
  const pairs = repeat(rounds, () => [twelve.bundled, twelve.files].map((file) => runJson<{ took: number }>(node, file).took));
  yield {
    key: 'import.bundled',
    what: 'import of the gateway and twelve definitions, bundled, ms',
    samples: pairs.map(([took = Number.NaN]) => took),
    target: 2,
  };
  yield { key: 'import.files', what: 'the same as thirteen files, ms', samples: pairs.map(([, took = Number.NaN]) => took) };
}

function* loads(node: Runtime): Iterable<Row> {
  const compared = interfaces.filter(({ peer }) => peer);
  const taken = repeat(rounds, () => ({
    ours: interfaces.map(({ name }) => runJson<{ took: number }>(node, script('load.cjs'), layerFolder, name, packageOf(name)).took),
    peers: compared.map(({ name }) => runJson<{ took: number }>(node, script('load-peer.cjs'), peerFile(name)).took),
  }));
  for (const [at, { name }] of interfaces.entries()) {
    yield { key: `load.${name}`, what: `load of ${name} at its first call, ms`, samples: taken.map(({ ours }) => ours[at] ?? Number.NaN), target: 3 };
  }
  for (const [at, { name }] of compared.entries()) {
    yield { key: `peer.load.${name}`, what: `load of what ${name} replaces, ms`, samples: taken.map(({ peers }) => peers[at] ?? Number.NaN), digits: 1 };
  }
}

function* stores(node: Runtime): Iterable<Row> {
  const runs = repeat(Math.min(rounds, 9), () => runJson<Record<string, number>>(node, script('store.ts')));
  for (const [key, what] of Object.entries({
    'get.own': 'a hit, cache',
    'get.lru': 'a hit, lru-cache',
    'set.own': 'a new value, cache',
    'set.lru': 'a new value, lru-cache',
  })) {
    yield { key: `store.${key}`, what: `${what}, ns`, samples: runs.map((run) => run[key] ?? Number.NaN), digits: 0 };
  }
}

function* heap(node: Runtime): Iterable<Row> {
  const runs = repeat(3, () => runJson<{ growth: number; core: number }>(node, script('heap.mjs')));
  yield { key: 'heap.core', what: 'a core that is loaded and unloaded 200 times, MB', samples: runs.map(({ core }) => core / 2 ** 20), digits: 1 };
  yield { key: 'heap.growth', what: 'heap after that, minus before, MB', samples: runs.map(({ growth }) => growth / 2 ** 20), target: 2 };
}

async function measureColdStarts(node: Runtime): Promise<Map<HandlerName, ColdStart[]>> {
  const taken = new Map<HandlerName, ColdStart[]>(handlers.map((name) => [name, []]));
  const order = [...handlers];
  for (let round = -1; round < rounds; round++) {
    for (const name of order) {
      const measured = await coldStart(node, name);
      // The first round fills the disk cache.
      if (round >= 0) taken.get(name)?.push(measured);
    }
    order.push(order.shift() as HandlerName);
  }
  return taken;
}

async function* coldStarts(node: Runtime): AsyncIterable<Row> {
  const taken = await measureColdStarts(node);
  for (const [unit, what, target] of [
    ['ms', 'init + first + second call, ms', 6],
    ['rss', 'RSS after two calls, MB', 3],
  ] as const) {
    const of = (name: HandlerName): number[] => (taken.get(name) ?? []).map((one) => one[unit]);
    const bare = of('bare');
    yield { key: `cold.${unit}.bare`, what: `bare handler: ${what}`, samples: bare, digits: 1 };
    for (const [name, words] of Object.entries(described) as [Exclude<HandlerName, 'bare'>, string][]) {
      const samples = of(name).map((value, round) => value - (bare[round] ?? Number.NaN));
      yield { key: `cold.${unit}.${name}`, what: `${words}: minus bare`, samples, digits: 1, ...(name === 'ours' && { target }) };
    }
  }
}

/** Measures sizes, which are the same on every Node version. */
async function* sizes(): AsyncIterable<Row> {
  const files = readdirSync(join(layerFolder, 'nodejs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  yield { key: 'layer.zip', what: 'the layer, zipped, KB', samples: [statSync(layerZip).size / 1024], digits: 0, target: 150 };
  yield { key: 'layer.files', what: 'its files', samples: [files.length], digits: 0, target: 60 };
  yield { key: 'size.gateway', what: 'growth of a bundle by the gateway, KB', samples: [await gatewaySize()], digits: 1 };
  for (const { name, peer } of interfaces) {
    yield { key: `size.${name}`, what: `growth of a bundle by ${name}, KB`, samples: [await sizeOf(name)], digits: 1 };
    if (peer) yield { key: `peer.size.${name}`, what: `growth by what ${name} replaces, KB`, samples: [peerSizeOf(name)], digits: 1 };
  }
}

const suites = { calls, imports, loads, stores, heap, coldStarts, memory, batching, protection };
const names = ['sizes', ...Object.keys(suites)];
const chosen = values.only?.split(',') ?? names;
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`--only: unknown suite "${unknown}". Choose from ${names.join(', ')}, separated by commas.`);

const report = new Report();
if (chosen.includes('sizes')) for await (const row of sizes()) report.add('24', row);
for (const node of runtimes()) {
  console.log(`\nNode ${node.major}: median (minimum; spread is from the 10th to the 90th percentile; every run is a fresh process)`);
  for (const [name, suite] of Object.entries(suites)) {
    if (chosen.includes(name)) for await (const row of suite(node, rounds)) report.add(node.major, row);
  }
}
if (values.keep) {
  const file = join(import.meta.dirname, '..', 'results.json');
  const before: Record<string, string> = values.only === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...before, ...report.results }, null, 2)}\n`);
}
