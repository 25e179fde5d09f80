import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Initialization, type InitializationStatus, initialization } from '@suga/initialization';
import { expectTypeOf, it } from 'vitest';

it('is typed', () => {
  const gateway = createGateway({ initialization: initialization({ components: { db: async () => 1, after: { run: () => 1, after: ['db'] } } }) });
  expectTypeOf(gateway.initialization).toEqualTypeOf<Initialization>();
  expectTypeOf(auto.initialization).toEqualTypeOf<Initialization>();
  expectTypeOf(gateway.initialization.initialize()).toEqualTypeOf<Promise<InitializationStatus>>();
  expectTypeOf(gateway.initialization.getFlag('beta', false)).toEqualTypeOf<boolean>();
  // @ts-expect-error a component needs a `run`
  initialization({ components: { db: { after: [] } } });
});
