import { describe, expect, it } from 'vitest';
import { createTestGateway } from './test-gateway.js';

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
const trap = new Proxy(
  {},
  {
    get: () => 'trap',
    ownKeys() {
      throw new Error('trap');
    },
    getPrototypeOf() {
      throw new Error('trap');
    },
  },
);
const hostile: readonly [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a circle', circle],
  ['depth', deep],
  ['a proxy that throws', trap],
  ['a getter', Object.defineProperty({}, 'a', { enumerable: true, get: () => Math.random() })],
  ['a symbol as name', { [Symbol('s')]: 1 }],
  ['a list with a hole', Array(3)],
  ['a list with a name', Object.assign([1], { extra: 1 })],
  ['a class', new Map([[1, 2]])],
  ['a function', () => 1],
  ['a function inside', { fn: () => 1 }],
  ['a toJSON', { toJSON: () => 'x' }],
  ['ten thousand names', Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [index, index]))],
  ['a long text inside', { text: 'x'.repeat(1e6) }],
];

describe('hostile parameters', () => {
  it.each(hostile)('%s is never shared with another caller, and waits its turn', async (_what, value) => {
    const trips: string[] = [];
    const order: string[] = [];
    const { kv } = createTestGateway({ onTrip: ({ operation, count }) => void trips.push(`${operation} ${count}`) });
    const note = (name: string) => (outcome: unknown) => void order.push(`${name} ${String(outcome)}`);
    // Keys that the model's `String` cannot take fail for their own caller.
    const ignore = () => undefined;
    await Promise.all([
      kv.set('a', 1).then(note('set')),
      kv.get(value).then(ignore, ignore),
      kv.get(value).then(ignore, ignore),
      kv.set('a', 2).then(note('set')),
      kv.get('a').then(note('get')),
    ]);
    expect(order).toEqual(['set 1', 'set 2', 'get 2']);
    expect(trips).toEqual(['run 5']);
  });

  it.each([['__proto__'], ['constructor'], ['toString'], ['']])('%j is a key like any other', async (key) => {
    const { kv, trips } = createTestGateway();
    expect(await Promise.all([kv.get(key), kv.set(key, 1), kv.get(key), kv.look(key), kv.look('x')])).toEqual([undefined, 1, 1, 1, undefined]);
    expect(trips.length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('of 10 MB are keys and values like any other', async () => {
    const { kv } = createTestGateway();
    const key = 'k'.repeat(10 * 2 ** 20);
    expect(await Promise.all([kv.set(key, 'v'), kv.get(key), kv.get(key)])).toEqual(['v', 'v', 'v']);
  });

  it('own __proto__ in parameters stays a name', async () => {
    const { kv, trips } = createTestGateway();
    const one = JSON.parse('{"__proto__":{"a":1}}') as unknown;
    const other = JSON.parse('{"__proto__":{"a":2}}') as unknown;
    await Promise.all([kv.get(one), kv.get(other), kv.get(JSON.parse('{"__proto__":{"a":1}}'))]);
    expect(trips).toEqual([{ operation: 'run', count: 2 }]);
  });

  it('with names of thousands of characters are distinguished', async () => {
    const { kv, trips } = createTestGateway();
    const name = 'n'.repeat(5000);
    await Promise.all([kv.get({ [name]: 1, q: 1 }), kv.get({ [`${name}:1,"q"`]: 1 })]);
    expect(trips).toEqual([{ operation: 'run', count: 2 }]);
  });

  it('that change after the call are distinguished by their content at the call', async () => {
    const { kv, trips } = createTestGateway();
    const key = { id: 1 };
    const first = kv.get(key);
    key.id = 2;
    await Promise.all([first, kv.get(key)]);
    expect(trips).toEqual([{ operation: 'run', count: 2 }]);
  });
});
