// Prints the time in ms and the number of requests of batched calls over DynamoDB: node dynamo.ts <port>.
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { control, createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { type Store, store } from '@suga/store';
import { inTurn } from '../turns.ts';

const KEYS = 1000;
/** Returns the same random numbers in every process: a linear congruential generator with the constants of Numerical Recipes. */
let seed = 6;
const draw = (below: number): number => Math.floor(((seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32) * below);

type Operation = (store: Store) => Promise<unknown>;

/** Per 100 operations: 60 reads, 25 writes and 5 removals of 1000 items, 5 increments of one of 20 counters, 5 items with a longer expiry. */
function operation(): Operation {
  const [kind, key, counter] = [draw(100), `device:${draw(KEYS)}`, `count:${draw(20)}`];
  if (kind < 60) return (to) => to.get(key);
  if (kind < 85) return (to) => to.set(key, { name: key, on: true, level: kind });
  if (kind < 90) return (to) => to.delete(key);
  if (kind < 95) return (to) => to.increment(counter);
  return (to) => to.touch(key, 3_600_000);
}

/** A store, with the number of requests that its client has sent. */
function createStore(...middleware: ReturnType<typeof ofb>[]) {
  const endpoint = `http://127.0.0.1:${process.argv[2]}`;
  const sdk = new DynamoDB({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  let sent = 0;
  sdk.middlewareStack.add((next) => (args) => (sent++, next(args)), { step: 'finalizeRequest' });
  const backend = { type: 'dynamodb', table: 'values', client: sdk } as const;
  const gateway = createGateway({ store: store({ backend, timeout: 60_000 }) }, { middleware });
  const run = (work: (store: Store) => Promise<unknown>) => control(gateway).run({ id: 'bench' }, () => work(gateway.store));
  const counted = async (work: Operation): Promise<number> => {
    const before = sent;
    await run(work);
    return sent - before;
  };
  return { run, counted, close: () => sdk.destroy() };
}

const plain = createStore();
const fusing = createStore(ofb());
const keys = Array.from({ length: KEYS }, (_, key) => `device:${key}`);
const reads: Operation = (from) => Promise.all(keys.slice(0, 500).map((key) => from.get(key)));
const operations = Array.from({ length: 1000 }, operation);
const mixed: Operation = (to) => Promise.all(operations.map((call) => call(to)));

await fusing.run((to) => to.setMany(keys.map((key) => ({ key, value: { name: key, on: false, level: 0 } }))));
const time = await inTurn({ plain: () => plain.run(mixed), fused: () => fusing.run(mixed) }, { rounds: 3, warm: 1 });
const calls = { reads: await fusing.counted(reads), plain: await plain.counted(mixed), fused: await fusing.counted(mixed) };
console.log(JSON.stringify({ time, calls }));
for (const { close } of [plain, fusing]) close();
