// Prints times of batched calls over Redis in ms: node redis.ts <port> <port with a round trip of 1 ms> <port with 5 ms>.
import { control, createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { type Store, store } from '@suga/store';
import DataLoader from 'dataloader';
import { Redis } from 'iovalkey';
import { inTurn } from '../turns.ts';

const [direct, near, far] = process.argv.slice(2).map((port) => new Redis(Number(port), '127.0.0.1')) as [Redis, Redis, Redis];
const [TICKS, KEYS] = [20, 100];
const ticks = Array.from({ length: TICKS }, (_, tick) => Array.from({ length: KEYS }, (_, key) => `device:${tick}:${key}`));
const all = ticks.flat();
const [three, single] = [all.slice(0, 3), all.slice(0, 50)];

/** Runs invocations with a store in Redis, through a gateway without middleware and through one with ofb. */
function createStores(client: Redis) {
  const make = (...middleware: ReturnType<typeof ofb>[]) => {
    const gateway = createGateway({ store: store({ backend: { type: 'redis', client } }) }, { middleware });
    return (work: (store: Store) => Promise<unknown>) => control(gateway).run({ id: 'bench' }, () => work(gateway.store));
  };
  return { plain: make(), fusing: make(ofb()) };
}

const together = (keys: readonly string[]) => (from: Store) => Promise.all(keys.map((key) => from.get(key)));
const oneByOne = (keys: readonly string[]) => async (from: Store) => {
  for (const key of keys) await from.get(key);
};

/** Uses dataloader as its users would: one loader per request, and each key is requested once. */
async function dataloader(): Promise<void> {
  const load = async (keys: readonly string[]): Promise<unknown[]> => (await near.mget([...keys])).map((text) => text && JSON.parse(text));
  const loader = new DataLoader(load, { cache: false });
  for (const keys of ticks) await Promise.all(keys.map((key) => loader.load(key)));
}

async function fused(from: Store): Promise<void> {
  for (const keys of ticks) await together(keys)(from);
}

/** The time of one get per tick, with ofb ÷ without. */
async function idling(client: Redis, rounds: number): Promise<number> {
  const { plain, fusing } = createStores(client);
  const taken = await inTurn({ plain: () => plain(oneByOne(single)), fusing: () => fusing(oneByOne(single)) }, { rounds, warm: rounds / 5 });
  return taken.fusing / taken.plain;
}

await createStores(direct).plain((to) => to.setMany(all.map((key, level) => ({ key, value: { name: key, on: true, level } }))));
const nearby = createStores(near);
const distant = createStores(far);
const many = await inTurn({ dataloader, fused: () => nearby.fusing(fused) }, { rounds: 10, warm: 3 });
const example = await inTurn(
  {
    awaited: () => distant.plain(oneByOne(three)),
    together: () => distant.plain(together(three)),
    fused: () => distant.fusing(together(three)),
    ping: () => far.ping(),
  },
  { rounds: 15, warm: 3 },
);
const idle = { near: await idling(near, 10), direct: await idling(direct, 50) };
console.log(JSON.stringify({ many, example, idle, ping: await inTurn({ near: () => near.ping() }, { rounds: 50, warm: 10 }) }));
for (const client of [direct, near, far]) client.disconnect();
