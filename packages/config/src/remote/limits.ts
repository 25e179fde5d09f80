import { assertInteger, assertNumber, assertObject, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import type { ConfigOptions } from '../contract.js';
import type { Limits } from './cached-reader.js';

/** Returns the limits of caching: from the options, else from settings, which presets and environment variables may contain. */
export function parseLimits(
  { ttl, maxEntries, staleIfError = 300_000, timeout = 5000 }: ConfigOptions,
  setting: (key: string, fallback: number) => number,
): Limits {
  if (ttl !== undefined) assertTime('ttl', ttl);
  if (maxEntries !== undefined) assertCount('maxEntries', maxEntries);
  assertTime('staleIfError', staleIfError);
  assertNumber('config', 'timeout', timeout, { above: 0, max: MAX_TIMER, unit: MILLISECONDS });
  return {
    ttl: () => ttl ?? assertTime('SUGA_CONFIG_TTL', setting('SUGA_CONFIG_TTL', 300_000)),
    maxEntries: () => maxEntries ?? assertCount('SUGA_CONFIG_MAX_ENTRIES', setting('SUGA_CONFIG_MAX_ENTRIES', 1000)),
    staleIfError,
    timeout,
  };
}

const assertTime = (param: string, value: number): number => assertNumber('config', param, value, { min: 0, unit: MILLISECONDS });
const assertCount = (param: string, value: number): number => assertInteger('config', param, value, [1]);

/** The methods that are used of each client. */
const CALLS = {
  ssm: ['getParameters', 'getParametersByPath'],
  secretsManager: ['getSecretValue', 'batchGetSecretValue'],
  appConfig: ['startConfigurationSession', 'getLatestConfiguration'],
} as const;

/** @throws `InvalidParams` for a client that has none of the methods: `{}`, a number, a client of another service */
export function assertClients(clients: ConfigOptions['clients'] = {}): void {
  assertObject('config', 'clients', clients);
  for (const [name, calls] of Object.entries(CALLS)) {
    const client = (clients as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[name];
    if (client === undefined) continue;
    const fits = typeof client === 'object' && client !== null && calls.some((call) => typeof client[call] === 'function');
    if (!fits) throw invalidParam('config', `clients.${name}`, client, `a client with ${calls.join(' and ')}`);
  }
}
