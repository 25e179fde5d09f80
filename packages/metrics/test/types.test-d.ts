import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Metrics, metrics } from '@suga/metrics';
import { expectTypeOf, it } from 'vitest';

it('is typed', () => {
  const gateway = createGateway({ metrics: metrics({ publish: ['http'] }) });
  expectTypeOf(gateway.metrics).toEqualTypeOf<Metrics>();
  expectTypeOf(auto.metrics).toEqualTypeOf<Metrics>();
  expectTypeOf(gateway.metrics.measure('a', async () => 1)).toEqualTypeOf<Promise<number>>();
  gateway.metrics.record('a', 1, 'Bytes/Second');
  // @ts-expect-error not a unit of CloudWatch
  gateway.metrics.record('a', 1, 'ms');
  // @ts-expect-error dimension values are strings
  gateway.metrics.addDimensions({ room: 5 });
});
