import { invalidParam } from '@suga/gateway/errors';

interface Range {
  /** @default 0 */
  readonly min?: number;
  readonly max?: number;
  /** Name of what is counted, for the error. */
  readonly of?: string;
}

/** @throws `InvalidParams` for what is no finite number in that range: compared with `NaN`, every limit would hold or none */
export function parseNumber(name: string, value: unknown, { min = 0, max = Number.MAX_SAFE_INTEGER, of = 'a number' }: Range = {}): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw invalidParam('security', name, value, max === Number.MAX_SAFE_INTEGER ? `${of} of at least ${min}` : `${of} from ${min} to ${max}`);
}

/** One text or several. @throws `InvalidParams` also for empty ones: a variable that is not set is no issuer */
export function parseTexts(name: string, value: unknown): string[] {
  const all = [value].flat();
  if (all.length > 0 && all.every((each) => typeof each === 'string' && each !== '')) return all as string[];
  throw invalidParam('security', name, value, 'a non-empty string, or an array of them');
}
