import type {} from '@suga/cache';
import type {} from '@suga/circuit-breaker';
import type {} from '@suga/config';
import type {} from '@suga/debug';
import { control, gateway } from '@suga/gateway/auto';
import type {} from '@suga/initialization';
import { createHandler } from '@suga/lambda';
import { lmms } from '@suga/lmms';
import type {} from '@suga/logging';
import type {} from '@suga/metrics';
import type {} from '@suga/security';
import type {} from '@suga/singleton';
import type {} from '@suga/utility';
import { home } from './home.ts';

control(gateway).use(lmms({ unloadPolicy: 'count', minResident: 3 }));

/** A function with all twelve interfaces. Its everyday route uses three of them, its rare routes the others. */
export const handler = createHandler(gateway, {
  http: {
    'GET /devices': async () => {
      gateway.logging.info('listed');
      gateway.metrics.increment('Listed');
      return gateway.cache.getOrCompute('devices', () => home, { ttl: 60_000 });
    },
    'GET /admin': () => ({ system: gateway.debug.isEnabled(), memory: gateway.singleton.memory(), environment: gateway.initialization.environment() }),
    'GET /report': async () => {
      const limited = gateway.security.checkRateLimit('report', { limit: 1_000_000, period: 1000 });
      return {
        id: gateway.utility.uuid(),
        limited,
        config: gateway.config.get('NAME', 'none'),
        answer: await gateway.circuitBreaker.call('report', () => 'ok'),
      };
    },
  },
});
