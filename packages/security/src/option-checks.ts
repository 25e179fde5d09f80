import { invalidParam } from '@suga/gateway/errors';

interface Range {
  /** @default 0 */
  readonly min?: number;
  readonly max?: number;
  /** Name of the counted unit, for the error. */
  readonly of?: string;
}

/** @throws `InvalidParams` unless the value is a finite number in the range. A comparison with `NaN` is always false, so `NaN` would switch a limit off. */
export function parseNumber(name: string, value: unknown, { min = 0, max = Number.MAX_SAFE_INTEGER, of = 'a number' }: Range = {}): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalidParam('security', name, value, max === Number.MAX_SAFE_INTEGER ? `${of} of at least ${min}` : `${of} from ${min} to ${max}`);
}

/** Returns one string or several as an array. @throws `InvalidParams` also for empty strings: an environment variable without a value must not become an issuer */
export function parseTexts(name: string, value: unknown): string[] {
  const all = [value].flat();
  if (all.length > 0 && all.every((each) => typeof each === 'string' && each !== '')) return all as string[];
  throw invalidParam('security', name, value, 'a non-empty string, or an array of them');
}
