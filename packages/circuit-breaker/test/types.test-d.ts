import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type CircuitBreaker, type CircuitState, circuitBreaker } from '@suga/circuit-breaker';
import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { expectTypeOf, it } from 'vitest';

it('a call resolves with the value of its work, or of its fallback', () => {
  const gateway = createGateway({ circuitBreaker: circuitBreaker() });
  expectTypeOf(gateway.circuitBreaker).toEqualTypeOf<CircuitBreaker>();
  expectTypeOf(auto.circuitBreaker).toEqualTypeOf<CircuitBreaker>();
  expectTypeOf(gateway.circuitBreaker.call('a', () => 1)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(gateway.circuitBreaker.call('a', async () => 1)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(gateway.circuitBreaker.call('a', async () => 1, { fallback: () => 'none' })).toEqualTypeOf<Promise<number | string>>();
  expectTypeOf(gateway.circuitBreaker.state('a')).toEqualTypeOf<CircuitState>();
  const judged = gateway.circuitBreaker.call('a', async () => ({ status: 200 }), { outcome: ({ status }) => (status >= 500 ? 'failure' : 'success') });
  expectTypeOf(judged).toEqualTypeOf<Promise<{ status: number }>>();
  // @ts-expect-error an outcome is one of three words
  gateway.circuitBreaker.call('a', async () => 1, { outcome: () => 'ok' });
  // @ts-expect-error work is a function
  gateway.circuitBreaker.call('a', 1);
  // @ts-expect-error a rate policy needs a minimum
  circuitBreaker({ policy: { type: 'rate', rate: 0.5, windowMs: 1000 } });
});

it("the SDK's client fits", () => {
  circuitBreaker({ shared: { table: 'circuits', client: new DynamoDB({}) } });
});
