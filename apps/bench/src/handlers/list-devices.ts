import type { Cache } from '@suga/cache';
import type { Logging } from '@suga/logging';
import { home } from './home.ts';

/** The work of both of our handlers: a log line, and the devices from the cache. */
export function listDevices({ cache, logging }: { readonly cache: Cache; readonly logging: Logging }): object {
  logging.info('listed');
  const kept = cache.get<object>('devices');
  if (kept) return kept;
  cache.set('devices', home, { ttl: 60_000 });
  return home;
}
