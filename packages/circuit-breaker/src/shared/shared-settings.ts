import { assertNumber, FINITE, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import type { SharedOptions } from '../contract.js';

/** @throws `InvalidParams` */
export function assertShared(shared: SharedOptions): void {
  const { table, client, prefix = '', cacheMs = 0, timeoutMs, ttlMs } = shared;
  if (typeof table !== 'string' || table === '') throw invalidParam('circuitBreaker', 'shared.table', table, "the table's name or ARN");
  if (client !== undefined && (typeof client?.getItem !== 'function' || typeof client.putItem !== 'function'))
    throw invalidParam('circuitBreaker', 'shared.client', client, 'a client with getItem and putItem');
  if (typeof prefix !== 'string' || prefix.length > 128) throw invalidParam('circuitBreaker', 'shared.prefix', prefix, 'a string of at most 128 characters');
  if (cacheMs !== 0) assertTime('shared.cacheMs', cacheMs);
  if (timeoutMs !== undefined) assertTime('shared.timeoutMs', timeoutMs, MAX_TIMER);
  if (ttlMs !== undefined) assertTime('shared.ttlMs', ttlMs);
}

const assertTime = (param: string, value: number, max: number = FINITE): number =>
  assertNumber('circuitBreaker', param, value, { above: 0, max, unit: MILLISECONDS });
