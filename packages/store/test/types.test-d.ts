import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Store, type StoreOutcome, store } from '@suga/store';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { expectTypeOf, it } from 'vitest';

it('keeps generics and refuses wrong arguments', () => {
  const gateway = createGateway({ store: store({ prefix: 'orders:' }) });
  expectTypeOf(gateway.store).toEqualTypeOf<Store>();
  expectTypeOf(auto.store).toEqualTypeOf<Store>();
  expectTypeOf(gateway.store.get<{ name: string }>('k')).toEqualTypeOf<Promise<{ name: string } | undefined>>();
  expectTypeOf(gateway.store.getMany<number>(['k'])).toEqualTypeOf<Promise<(number | undefined)[]>>();
  expectTypeOf(gateway.store.run([{ operation: 'increment', params: { key: 'k' } }])).toEqualTypeOf<Promise<StoreOutcome[]>>();
  gateway.store.run([], (index, outcome) => {
    expectTypeOf(index).toEqualTypeOf<number>();
    expectTypeOf(outcome).toEqualTypeOf<StoreOutcome>();
  });
  // @ts-expect-error ttl is a number of milliseconds
  gateway.store.set('k', 1, { ttl: '5m' });
  // @ts-expect-error a touch needs its ttl
  gateway.store.run([{ operation: 'touch', params: { key: 'k' } }]);
  // @ts-expect-error a table has a name
  store({ backend: { type: 'dynamodb' } });
  // @ts-expect-error there is no such backend
  store({ backend: { type: 'etcd' } });
});

it("the SDK's client and both Redis clients fit", () => {
  store({ backend: { type: 'dynamodb', table: 'values', client: new DynamoDB({}) } });
  store({ backend: { type: 'redis', client: new Redis({ lazyConnect: true }) } });
  store({ backend: { type: 'redis', client: new Valkey({ lazyConnect: true }) } });
});
