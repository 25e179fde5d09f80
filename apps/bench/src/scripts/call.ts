// Prints the time of a warm call in ns: directly to the core's function, through the gateway, with three idle middleware, and with lmms.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Cache } from '@suga/cache';
import { cache } from '@suga/cache';
import { createGateway, type Middleware } from '@suga/gateway';
import { lmms } from '@suga/lmms';

const CALLS = 100_000;
const ROUNDS = 101;

const { create } = createRequire(fileURLToPath(import.meta.resolve('@suga/cache')))('./core.js') as {
  create(options: object, host: object): { operations: Cache };
};
const idle = (name: string): Middleware => ({ name, bind: (_operation, next) => next });
const core = create({}, {}).operations;
const none = createGateway({ cache: cache() }).cache;
const three = createGateway({ cache: cache() }, { middleware: [idle('one'), idle('two'), idle('three')] }).cache;
const managed = createGateway({ cache: cache() }, { middleware: [lmms()] }).cache;

// Each variant has a loop of its own, as calls in a program have. One shared loop would measure how V8 optimizes that loop.
const variants = {
  direct() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += core.get<number>('key') as number;
    return sum;
  },
  none() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += none.get<number>('key') as number;
    return sum;
  },
  three() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += three.get<number>('key') as number;
    return sum;
  },
  lmms() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += managed.get<number>('key') as number;
    return sum;
  },
};

// Programs call more than one operation. V8 has to see that before it optimizes calls.
for (const api of [core, none, three, managed]) {
  for (let warm = 0; warm < 2_000; warm++) {
    api.set('key', 1);
    api.set('other', 2, { ttl: Infinity });
    if (!api.has('key') || api.get('none') !== undefined || api.getMany(['key', 'other']).length !== 2 || api.delete('gone') || api.stats().entries !== 2)
      throw new Error('unexpected');
  }
}

const taken: Record<keyof typeof variants, number[]> = { direct: [], none: [], three: [], lmms: [] };
const names = Object.keys(variants) as (keyof typeof variants)[];
for (let round = 0; round < ROUNDS; round++) {
  for (const name of names) {
    const started = process.hrtime.bigint();
    if (variants[name]() !== CALLS) throw new Error('unexpected');
    taken[name].push(Number(process.hrtime.bigint() - started) / CALLS);
  }
  names.push(names.shift() as keyof typeof variants);
}
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
console.log(JSON.stringify(Object.fromEntries(Object.entries(taken).map(([name, values]) => [name, median(values)]))));
