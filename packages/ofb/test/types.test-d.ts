import { createGateway, type Facts, type Fusion, type Interface, type Middleware } from '@suga/gateway';
import { type Ofb, type OfbReport, ofb } from '@suga/ofb';
import { createLoader, type Loader } from '@suga/ofb/loader';
import { expectTypeOf, it } from 'vitest';

it('is a middleware that explains itself', () => {
  expectTypeOf(ofb()).toEqualTypeOf<Ofb>();
  expectTypeOf(ofb()).toExtend<Middleware>();
  expectTypeOf(ofb().explain()).toEqualTypeOf<OfbReport>();
  createGateway({}, { middleware: [ofb({ window: 5, sequences: { maxWaste: 0.1 } })] });
  // @ts-expect-error a window is a number of ms
  ofb({ window: '5' });
  // @ts-expect-error there is no such setting
  ofb({ sequences: { budget: 1 } });
  // @ts-expect-error the report of a fused operation has no reason
  ofb().explain().operations['a.b']?.reason.toFixed;
});

it('a fact says how calls are batched', () => {
  expectTypeOf<Facts['fusion']>().toEqualTypeOf<Fusion | undefined>();
  interface Things {
    get(key: string): Promise<string>;
    getMany(keys: readonly string[]): Promise<string[]>;
  }
  const get = { params: { key: {} }, returns: 'promise' } as const;
  const load = (): never => {
    throw new Error();
  };
  const things: Interface<Things> = {
    operations: { get: { ...get, batch: 'getMany', fusion: { form: 'list', retryInHalves: true, maxBytes: 1 } }, getMany: get },
    load,
  };
  expectTypeOf(things).toExtend<Interface<Things>>();
  // @ts-expect-error a form that does not exist
  const wrong: Interface<Things> = { operations: { get: { ...get, batch: 'getMany', fusion: { form: 'map' } }, getMany: get }, load };
  expectTypeOf(wrong).toExtend<Interface<Things>>();
});

it('a loader has the types of its function', () => {
  const loader = createLoader(async (ids: readonly number[]) => ids.map((id) => (id > 0 ? `${id}` : new Error('no'))));
  expectTypeOf(loader).toEqualTypeOf<Loader<number, string>>();
  expectTypeOf(loader.load(1)).toEqualTypeOf<Promise<string>>();
  expectTypeOf(loader.loadMany([1])).toEqualTypeOf<Promise<(string | Error)[]>>();
  loader.prime(1, 'one').clear(1).clearAll().prime(2, new Error('two'));
  // @ts-expect-error its keys are numbers
  loader.load('1');
  createLoader(async (users: readonly { id: number }[]) => users, { cacheKeyFn: ({ id }) => id, cacheMap: new Map<number, Promise<{ id: number }>>() });
});
