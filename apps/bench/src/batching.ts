import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { type Runtime, runJson } from './node.ts';
import type { Row } from './report.ts';
import { delayed, dynamoServer, hasRedis, redisServer, type Server } from './servers.ts';
import { median } from './turns.ts';

const script = (name: string): string => join(import.meta.dirname, 'scripts', name);
const repeat = <T>(times: number, run: () => T): T[] => Array.from({ length: times }, run);

const shapes = {
  distinct: '100 different keys',
  repeated: '100 calls for 20 keys',
  uncached: '100 keys, cache off',
  many: '100 keys by loadMany',
  large: '5000 keys in batches of 1000',
} as const;

/** Measures batching by ofb. Servers run in processes of their own, and a proxy makes round trips longer. */
export async function* batching(node: Runtime, rounds: number): AsyncIterable<Row> {
  const few = Math.min(rounds, 9);
  yield* loads(node, rounds);
  yield* loader(node, few);
  yield* inProcess(node, few);
  if (hasRedis) yield* serving(redisServer, [0, 1, 5], (ports) => overRedis(node, few, ports));
  else console.log('batch.redis.*, batch.example.* and batch.idle.* were skipped: install redis-server to measure them.');
  yield* serving(dynamoServer, [2], (ports) => overDynamo(node, Math.min(rounds, 5), ports));
}

/** Starts a server, and a proxy for each round trip above 0 ms. They run while rows are measured. */
async function* serving(start: () => Promise<Server>, trips: readonly number[], rows: (ports: readonly string[]) => Iterable<Row>): AsyncIterable<Row> {
  const server = await start();
  const proxies: Server[] = [];
  try {
    for (const ms of trips) if (ms > 0) proxies.push(await delayed(server, ms));
    yield* rows([...(trips.includes(0) ? [server] : []), ...proxies].map(({ port }) => String(port)));
  } finally {
    for (const { stop } of [...proxies, server]) await stop();
  }
}

function* loads(node: Runtime, rounds: number): Iterable<Row> {
  const take = (name: string): number => runJson<{ took: number }>(node, script('load-middleware.cjs'), layerFolder, name).took;
  yield { key: 'load.ofb', what: 'load of ofb, ms', samples: repeat(rounds, () => take('ofb')) };
}

function* loader(node: Runtime, rounds: number): Iterable<Row> {
  const runs = repeat(rounds, () => runJson<Record<keyof typeof shapes, number>>(node, script('loader.ts')));
  yield {
    key: 'batch.loader',
    what: 'loader ÷ dataloader, throughput, the median of five shapes',
    samples: runs.map((run) => median(Object.values(run))),
    min: 1,
  };
  for (const [name, what] of Object.entries(shapes) as [keyof typeof shapes, string][]) {
    yield { key: `batch.loader.${name}`, what: `loader ÷ dataloader, throughput: ${what}`, samples: runs.map((run) => run[name]) };
  }
}

function* inProcess(node: Runtime, rounds: number): Iterable<Row> {
  const fanOut = repeat(rounds, () => runJson<{ ours: number; theirs: number }>(node, script('fan-out.ts')));
  yield { key: 'batch.fanout', what: 'a call answered in the process, 100 a tick, with ofb, µs', samples: fanOut.map(({ ours }) => ours) };
  yield { key: 'batch.fanout.dataloader', what: 'the same with dataloader, µs', samples: fanOut.map(({ theirs }) => theirs) };
  const calls = repeat(rounds, () => runJson<{ none: number; ofb: number }>(node, script('untouched.ts')));
  yield { key: 'batch.none', what: 'an operation without a batch, with ofb ÷ without', samples: calls.map(({ ofb, none }) => ofb / none), target: 1.05 };
}

interface OverRedis {
  readonly many: { readonly dataloader: number; readonly fused: number };
  readonly example: Readonly<Record<'awaited' | 'together' | 'fused' | 'ping', number>>;
  readonly idle: { readonly near: number; readonly direct: number };
  readonly ping: { readonly near: number };
}

function* overRedis(node: Runtime, rounds: number, ports: readonly string[]): Iterable<Row> {
  const runs = repeat(rounds, () => runJson<OverRedis>(node, script('redis.ts'), ...ports));
  const of = (read: (run: OverRedis) => number): number[] => runs.map(read);
  yield { key: 'batch.redis.ping', what: 'one PING at a round trip of 1 ms, ms', samples: of(({ ping }) => ping.near) };
  const what = 'Redis, 1 ms: 100 gets a tick, ofb ÷ dataloader, throughput';
  yield { key: 'batch.redis.dataloader', what, samples: of(({ many }) => many.dataloader / many.fused), min: 1 };
  yield { key: 'batch.example.ping', what: 'one PING at a round trip of 5 ms, ms', samples: of(({ example }) => example.ping) };
  const saved = (name: 'fused' | 'together') => of(({ example }) => 1 - example[name] / example.awaited);
  yield { key: 'batch.example', what: 'Redis, 5 ms: three gets together with ofb, share of awaited gets saved', samples: saved('fused'), min: 0.55 };
  yield { key: 'batch.example.together', what: 'the same without ofb', samples: saved('together') };
  yield { key: 'batch.idle', what: 'Redis, 1 ms: one get a tick, with ofb ÷ without', samples: of(({ idle }) => idle.near), target: 1.05 };
  yield { key: 'batch.idle.direct', what: 'the same at 0 ms', samples: of(({ idle }) => idle.direct) };
}

interface OverDynamo {
  readonly time: { readonly plain: number; readonly fused: number };
  readonly calls: { readonly reads: number; readonly plain: number; readonly fused: number };
}

function* overDynamo(node: Runtime, rounds: number, ports: readonly string[]): Iterable<Row> {
  const runs = repeat(rounds, () => runJson<OverDynamo>(node, script('dynamo.ts'), ...ports));
  yield {
    key: 'batch.calls',
    what: 'DynamoDB: requests of 500 gets ÷ ⌈500 ÷ 100⌉',
    samples: runs.map(({ calls }) => calls.reads / Math.ceil(500 / 100)),
    target: 1,
  };
  const mixed = 'DynamoDB, 2 ms: 1000 mixed operations';
  yield { key: 'batch.mixed.ms', what: `${mixed} with ofb, ms`, samples: runs.map(({ time }) => time.fused), digits: 0 };
  yield { key: 'batch.mixed.time', what: `${mixed}: time, with ofb ÷ without`, samples: runs.map(({ time }) => time.fused / time.plain), target: 0.25 };
  yield {
    key: 'batch.mixed.calls',
    what: `${mixed}: requests, with ofb ÷ without`,
    samples: runs.map(({ calls }) => calls.fused / calls.plain),
    target: 0.1,
    digits: 3,
  };
}
