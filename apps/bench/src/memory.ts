import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { type ColdStart, coldStart, type Setting, thousand } from './cold-start.ts';
import { app, handlersFolder } from './handlers.ts';
import { heavyCore } from './heavy.ts';
import { type Runtime, runJson } from './node.ts';
import type { Row } from './report.ts';

const script = (name: string): string => join(import.meta.dirname, 'scripts', name);
const routes = ['/devices', '/devices', '/devices', '/admin', '/devices', '/report'];

const modes: Readonly<Record<'lazy' | 'eager' | 'profile', Readonly<Record<string, string>>>> = {
  lazy: {},
  eager: { LAZY_LOADING_ENABLED: 'false' },
  // The interfaces of the everyday route. `toProfile` selects these for this traffic at these settings.
  profile: { PRELOAD_CRITICAL_MODULES: 'cache,logging,metrics' },
};

/** Measures loading and unloading by lmms. */
export async function* memory(node: Runtime, rounds: number): AsyncIterable<Row> {
  yield* perCall(node, Math.min(rounds, 9));
  yield* baked(node, rounds);
  yield* initialHeap(node, Math.min(rounds, 9));
  for (const [label, setting] of [
    ['', {}],
    ['.512', { memory: 512, limited: true }],
    ['.256', { memory: 256, limited: true }],
  ] as const) {
    yield* coldStarts(node, label === '' ? rounds : Math.min(rounds, 9), { label, setting });
  }
  yield* thousandCalls(node, Math.min(rounds, 3));
}

function* perCall(node: Runtime, rounds: number): Iterable<Row> {
  const warm = Array.from({ length: rounds }, () => runJson<{ direct: number; lmms: number }>(node, script('warm.ts')));
  yield { key: 'lmms.warm', what: 'a call that is not hot yet, with lmms ÷ direct', samples: warm.map(({ direct, lmms }) => lmms / direct), target: 2.5 };
  const added = Array.from({ length: rounds }, () => runJson<{ added: number }>(node, script('boundary.ts')).added);
  yield { key: 'lmms.boundary', what: 'time that lmms adds to an invocation of a gateway with 120 operations, µs', samples: added, target: 1 };
}

function* baked(node: Runtime, rounds: number): Iterable<Row> {
  const folder = join(handlersFolder, 'heavy', 'baked');
  runJson(node, script('bake.cjs'), heavyCore, folder);
  const runs = Array.from({ length: rounds }, () => ({
    plain: runJson<{ took: number }>(node, script('load-core.cjs'), heavyCore).took,
    fast: runJson<{ took: number }>(node, script('load-core.cjs'), heavyCore, folder).took,
  }));
  yield { key: 'baked.plain', what: 'a core of 500 KB, loaded plainly, ms', samples: runs.map(({ plain }) => plain), digits: 1 };
  yield { key: 'baked.baked', what: 'the same from baked code, ms', samples: runs.map(({ fast }) => fast), digits: 1 };
  yield { key: 'baked.ratio', what: 'baked ÷ plain', samples: runs.map(({ plain, fast }) => fast / plain), target: 0.4 };
}

function* initialHeap(node: Runtime, rounds: number): Iterable<Row> {
  const growth = (mode: string): number => runJson<{ growth: number }>(node, script('initial-heap.cjs'), layerFolder, mode).growth;
  const runs = Array.from({ length: rounds }, () => ({ lazy: growth('lazy'), eager: growth('eager') }));
  yield { key: 'lmms.heap.lazy', what: 'heap with twelve interfaces, three used, lazy, KB', samples: runs.map(({ lazy }) => lazy / 1024), digits: 0 };
  yield { key: 'lmms.heap.eager', what: 'the same, all loaded, KB', samples: runs.map(({ eager }) => eager / 1024), digits: 0 };
  yield { key: 'lmms.heap.ratio', what: 'lazy ÷ eager: initial heap', samples: runs.map(({ lazy, eager }) => lazy / eager), target: 0.3 };
}

async function* coldStarts(node: Runtime, rounds: number, { label, setting }: { readonly label: string; readonly setting: Setting }): AsyncIterable<Row> {
  const taken = { bare: [] as ColdStart[], lazy: [] as ColdStart[], eager: [] as ColdStart[], profile: [] as ColdStart[] };
  for (let round = 0; round < rounds; round++) {
    taken.bare.push(await coldStart(node, 'bare', setting));
    for (const [mode, environment] of Object.entries(modes)) taken[mode as keyof typeof modes].push(await coldStart(node, app, { ...setting, environment }));
  }
  const added = (mode: keyof typeof modes): number[] => taken[mode].map(({ ms }, round) => ms - (taken.bare[round]?.ms ?? Number.NaN));
  const where = label === '' ? '' : `, CPU of ${setting.memory} MB`;
  yield { key: `lmms.bare${label}`, what: `bare handler: init + first + second call, ms${where}`, samples: taken.bare.map(({ ms }) => ms), digits: 1 };
  for (const mode of ['lazy', 'eager', 'profile'] as const) {
    const target = label === '' && mode === 'lazy' ? { target: 6 } : {};
    yield { key: `lmms.${mode}${label}`, what: `twelve interfaces, ${mode}: minus bare, ms${where}`, samples: added(mode), digits: 1, ...target };
  }
  if (label !== '') return;
  yield { key: 'lmms.cold.ratio', what: 'lazy ÷ eager: time added to a cold start', samples: ratio(added('lazy'), added('eager')), target: 0.4 };
  yield {
    key: 'lmms.rss',
    what: 'RSS after two calls, minus bare, MB',
    samples: taken.lazy.map(({ rss }, round) => rss - (taken.bare[round]?.rss ?? Number.NaN)),
    digits: 1,
    target: 3,
  };
}

async function* thousandCalls(node: Runtime, rounds: number): AsyncIterable<Row> {
  const runs: { bare: number; ours: number; gbs: number; peers: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await thousand(node, app, routes);
    const bare = await thousand(node, 'bare', ['/devices']);
    const small: Setting = { memory: 128, limited: true };
    runs.push({
      bare: bare.rss,
      ours: ours.rss,
      gbs: (await thousand(node, 'ours', ['/devices'], small)).gbSeconds,
      peers: (await thousand(node, 'peers-stack', ['/devices'], small)).gbSeconds,
    });
  }
  yield {
    key: 'lmms.rss.1000',
    what: 'RSS after 1000 calls of mixed routes, minus bare, MB',
    samples: runs.map(({ ours, bare }) => ours - bare),
    digits: 1,
    target: 6,
  };
  yield { key: 'gbs.ours', what: 'GB-seconds per 1000 requests at 128 MB, ours with the layer', samples: runs.map(({ gbs }) => gbs), digits: 3 };
  yield { key: 'gbs.peers', what: 'the same, peers', samples: runs.map(({ peers }) => peers), digits: 3 };
  yield { key: 'gbs.ratio', what: 'ours ÷ peers', samples: runs.map(({ gbs, peers }) => gbs / peers) };
}

const ratio = (some: readonly number[], others: readonly number[]): number[] => some.map((one, index) => one / (others[index] ?? Number.NaN));
