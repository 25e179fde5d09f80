import { type Cache, cache } from '@suga/cache';
import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { expectTypeOf, it } from 'vitest';

it('keeps generics and refuses wrong arguments', () => {
  const gateway = createGateway({ cache: cache({ ttl: 1000 }) });
  expectTypeOf(gateway.cache).toEqualTypeOf<Cache>();
  expectTypeOf(auto.cache).toEqualTypeOf<Cache>();
  expectTypeOf(gateway.cache.get<{ name: string }>('k')).toEqualTypeOf<{ name: string } | undefined>();
  expectTypeOf(gateway.cache.get('k', 'fallback')).toEqualTypeOf<string>();
  expectTypeOf(gateway.cache.getOrCompute('k', async () => 1)).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error ttl is a number of milliseconds
  gateway.cache.set('k', 1, { ttl: '5m' });
  cache({ shared: { ttl: 1000, prefix: 'orders:', timeout: 100 } });
  // @ts-expect-error a shared tier is true or an object
  cache({ shared: 'redis' });
  // @ts-expect-error Object literal may only specify known properties
  cache({ maxEntry: 5 });
  // @ts-expect-error did you mean 'get'?
  gateway.cache.gett('k');
});
