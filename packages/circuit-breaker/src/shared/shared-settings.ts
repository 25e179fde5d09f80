import { invalidParam } from '@suga/gateway/errors';
import type { SharedOptions } from '../contract.js';

/** Longest delay of a timer, in ms; a longer one goes off at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** @throws `InvalidParams` */
export function assertShared(shared: SharedOptions): void {
  const { table, client, prefix = '', cacheMs = 0, timeoutMs, ttlMs } = shared;
  if (typeof table !== 'string' || table === '') throw invalidParam('circuitBreaker', 'shared.table', table, "the table's name or ARN");
  if (client !== undefined && (typeof client?.getItem !== 'function' || typeof client.putItem !== 'function'))
    throw invalidParam('circuitBreaker', 'shared.client', client, 'a client with getItem and putItem');
  if (typeof prefix !== 'string' || prefix.length > 128) throw invalidParam('circuitBreaker', 'shared.prefix', prefix, 'a text of at most 128 characters');
  if (cacheMs !== 0) assertTime('shared.cacheMs', cacheMs);
  if (timeoutMs !== undefined) assertTime('shared.timeoutMs', timeoutMs, LONGEST_TIMER);
  if (ttlMs !== undefined) assertTime('shared.ttlMs', ttlMs);
}

function assertTime(param: string, value: number, max: number = Number.MAX_VALUE): void {
  if (typeof value === 'number' && value > 0 && value <= max) return;
  throw invalidParam('circuitBreaker', param, value, max < Number.MAX_VALUE ? `a number of ms above 0, at most ${max}` : 'a number of ms above 0');
}
