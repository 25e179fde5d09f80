import { invalidParam, type SugaError } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { CircuitBreakerOptions, CircuitOptions, Policy } from './contract.js';

/** Loaded to check a policy that is not the default. */
const slidingWindows = (): typeof import('./policies/sliding-windows.js') => require('./policies/sliding-windows.js');

/** A circuit's settings, complete; a `maxOpenMs` that is not above `openMs` means none. */
export type Settings = Complete<CircuitOptions>;

const DEFAULTS: Settings = {
  policy: { type: 'consecutive', failures: 5 },
  openMs: 60_000,
  maxOpenMs: 0,
  successes: 2,
  probes: 1,
  probeMs: 30_000,
  isFailure: isNoAbort,
};

/** The settings of all circuits. @throws `InvalidParams` */
export function defaults(options: CircuitBreakerOptions): Settings {
  const { maxBreakers, shared, metrics, onTransition } = asObject('options', options);
  if (maxBreakers !== undefined) assertCount('maxBreakers', maxBreakers);
  if (onTransition !== undefined) assertFunction('onTransition', onTransition);
  if (metrics !== undefined && typeof metrics !== 'boolean') throw invalidValue('metrics', metrics, 'true or false');
  if (shared !== undefined) asObject('shared', shared);
  return completeSettings(options, DEFAULTS);
}

/** Those given, and the others as they are for all. @throws `InvalidParams` */
export function completeSettings(options: CircuitOptions, all: Settings): Settings {
  const { policy = all.policy, openMs = all.openMs, successes = all.successes } = asObject('options', options);
  const { maxOpenMs = all.maxOpenMs, probes = all.probes, probeMs = all.probeMs, isFailure = all.isFailure } = options;
  assertTime('openMs', openMs);
  assertTime('probeMs', probeMs);
  if (options.maxOpenMs !== undefined && !(assertTime('maxOpenMs', maxOpenMs) >= openMs))
    throw invalidValue('maxOpenMs', maxOpenMs, `at least openMs (${openMs})`);
  assertCount('successes', successes);
  assertCount('probes', probes);
  assertFunction('isFailure', isFailure);
  return { policy: parsePolicy(policy), openMs, maxOpenMs, successes, probes, probeMs, isFailure };
}

/** @throws `InvalidParams` */
export function parseName(name: string): string {
  if (typeof name !== 'string' || name === '' || name.length > 512) throw invalidValue('name', name, 'a text of 1 to 512 characters');
  return name;
}

/** @throws `InvalidParams` */
export function assertFunction(param: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidValue(param, value, 'a function');
}

/** @throws `InvalidParams` */
export function asObject<T extends object>(param: string, value: T): T {
  if (typeof value !== 'object' || value === null) throw invalidValue(param, value, 'an object');
  return value;
}

/** Takes an `AbortError` for a cancelled call, unless a time limit is its cause: the AWS SDK wraps the `TimeoutError` of `AbortSignal.timeout()` in one. */
function isNoAbort(error: unknown): boolean {
  const { name, cause } = (error ?? {}) as Partial<Error>;
  return name !== 'AbortError' || (cause as Partial<Error> | undefined)?.name === 'TimeoutError';
}

/** A copy: a policy that is changed later would not fit what has been counted by it. */
function parsePolicy(policy: Policy): Policy {
  asObject('policy', policy);
  if (policy.type === 'consecutive') return { type: policy.type, failures: assertCount('policy.failures', policy.failures) };
  if (policy.type === 'count' || policy.type === 'rate') return slidingWindows().parseWindowPolicy(policy);
  throw invalidValue('policy.type', (policy as Policy).type, "'consecutive', 'count' or 'rate'");
}

function assertCount(param: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw invalidValue(param, value, 'a whole number from 1');
  return value;
}

function assertTime(param: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) throw invalidValue(param, value, 'a number of ms above 0');
  return value;
}

const invalidValue = (param: string, value: unknown, expected: string): SugaError => invalidParam('circuitBreaker', param, value, expected);
