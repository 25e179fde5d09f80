import { cache } from '@suga/cache';
import { createGateway } from '@suga/gateway';
import { createHandler } from '@suga/lambda';
import { logging } from '@suga/logging';
import { home } from './home.ts';

const gateway = createGateway({ cache: cache(), logging: logging() });

/** Without the layer: the packages bundled into the function. */
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
