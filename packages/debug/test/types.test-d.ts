import { type ComponentHealth, type Debug, debug, type Health, type LogEntry, type Verification } from '@suga/debug';
import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { expectTypeOf, it } from 'vitest';

it('is typed', () => {
  const gateway = createGateway({ debug: debug({ enabled: true, maxBytes: 1024 }) });
  expectTypeOf(gateway.debug).toEqualTypeOf<Debug>();
  expectTypeOf(auto.debug).toEqualTypeOf<Debug>();
  expectTypeOf(gateway.debug.health()).toEqualTypeOf<Promise<Health>>();
  expectTypeOf(gateway.debug.checkComponent('cache')).toEqualTypeOf<Promise<ComponentHealth>>();
  expectTypeOf(gateway.debug.verify()).toEqualTypeOf<Verification>();
  expectTypeOf(gateway.debug.logs()).toEqualTypeOf<readonly LogEntry[]>();
  // `measure` returns the result of the work.
  expectTypeOf(gateway.debug.measure('sum', () => 1)).toEqualTypeOf<number>();
  expectTypeOf(gateway.debug.measure('sum', async () => 'a')).toEqualTypeOf<Promise<string>>();
  gateway.debug.addCheck('db', async (signal) => ({ state: signal.aborted ? 'failing' : 'healthy' }));
  gateway.debug.addCheck('queue', () => undefined, { timeout: 100 });
  // @ts-expect-error there is no such state
  gateway.debug.addCheck('db', () => 'fine');
  // @ts-expect-error an id has one of two formats
  gateway.debug.traceId('uuid');
});
