import type {} from '@suga/cache';
import { gateway } from '@suga/gateway/auto';
import { createHandler } from '@suga/lambda';
import type {} from '@suga/logging';
import { home } from './home.ts';

/** With the layer attached: routing, cache, structured log. */
export const handler = createHandler(gateway, {
  http: {
    'GET /devices': () => {
      gateway.logging.info('listed');
      const kept = gateway.cache.get<object>('devices');
      if (kept) return kept;
      gateway.cache.set('devices', home, { ttl: 60_000 });
      return home;
    },
  },
});
