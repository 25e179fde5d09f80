import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Singleton, singleton } from '@suga/singleton';
import { expectTypeOf, it } from 'vitest';

it('an instance has the type that its factory returns', () => {
  const gateway = createGateway({ singleton: singleton() });
  expectTypeOf(gateway.singleton).toEqualTypeOf<Singleton>();
  expectTypeOf(auto.singleton).toEqualTypeOf<Singleton>();
  expectTypeOf(gateway.singleton.get('a', () => 1)).toEqualTypeOf<number>();
  expectTypeOf(gateway.singleton.get('a', async () => 1)).toEqualTypeOf<Promise<number>>();
  gateway.singleton.get('a', async () => 1, { dispose: (made) => expectTypeOf(made).toEqualTypeOf<number>() });
  // @ts-expect-error a factory is a function
  gateway.singleton.get('a', 1);
});
