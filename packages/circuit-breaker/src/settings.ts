import { assertBoolean, assertFunction, assertInteger, assertNumber, assertObject, assertOneOf, FINITE, MILLISECONDS } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { CircuitBreakerOptions, CircuitOptions, Policy } from './contract.js';

/** The interface's name, for errors. */
export const NAME = 'circuitBreaker';

/** Loaded to check a policy other than the default. */
const slidingWindows = (): typeof import('./policies/sliding-windows.js') => require('./policies/sliding-windows.js');

/** All settings of a circuit, with defaults filled in. A `maxOpenMs` up to `openMs` means that the open time does not grow. */
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

/** Validates the options of the interface and returns the settings of all circuits. @throws `InvalidParams` */
export function defaults(options: CircuitBreakerOptions): Settings {
  const { maxBreakers, shared, metrics, onTransition } = assertObject(NAME, 'options', options);
  if (maxBreakers !== undefined) assertCount('maxBreakers', maxBreakers);
  if (onTransition !== undefined) assertFunction(NAME, 'onTransition', onTransition);
  if (metrics !== undefined) assertBoolean(NAME, 'metrics', metrics);
  if (shared !== undefined) assertObject(NAME, 'shared', shared);
  return completeSettings(options, DEFAULTS);
}

/** Validates the options of one circuit and fills in the settings of all circuits. @throws `InvalidParams` */
export function completeSettings(options: CircuitOptions, all: Settings): Settings {
  const { policy = all.policy, openMs = all.openMs, successes = all.successes } = assertObject(NAME, 'options', options);
  const { maxOpenMs = all.maxOpenMs, probes = all.probes, probeMs = all.probeMs, isFailure = all.isFailure } = options;
  assertTime('openMs', openMs);
  assertTime('probeMs', probeMs);
  if (options.maxOpenMs !== undefined && !(assertTime('maxOpenMs', maxOpenMs) >= openMs))
    throw invalidParam(NAME, 'maxOpenMs', maxOpenMs, `at least openMs (${openMs})`);
  assertCount('successes', successes);
  assertCount('probes', probes);
  assertFunction(NAME, 'isFailure', isFailure);
  return { policy: parsePolicy(policy), openMs, maxOpenMs, successes, probes, probeMs, isFailure };
}

/** @throws `InvalidParams` */
export function parseName(name: string): string {
  if (typeof name !== 'string' || name === '' || name.length > 512) throw invalidParam(NAME, 'name', name, 'a string of 1 to 512 characters');
  return name;
}

/** Whether an error is not a cancellation. An `AbortError` is one, unless a time limit caused it: the AWS SDK wraps the `TimeoutError` of `AbortSignal.timeout()`. */
function isNoAbort(error: unknown): boolean {
  const { name, cause } = (error ?? {}) as Partial<Error>;
  return name !== 'AbortError' || (cause as Partial<Error> | undefined)?.name === 'TimeoutError';
}

/** Validates a policy and copies it, because later changes of the original would not fit the counts. */
function parsePolicy(policy: Policy): Policy {
  assertObject(NAME, 'policy', policy);
  assertOneOf(NAME, 'policy.type', policy.type, ['consecutive', 'count', 'rate']);
  if (policy.type === 'consecutive') return { type: policy.type, failures: assertCount('policy.failures', policy.failures) };
  return slidingWindows().parseWindowPolicy(policy);
}

const assertCount = (param: string, value: number): number => assertInteger(NAME, param, value, [1]);
const assertTime = (param: string, value: number): number => assertNumber(NAME, param, value, { above: 0, max: FINITE, unit: MILLISECONDS });
