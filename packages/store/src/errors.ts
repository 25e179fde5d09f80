import { type ParamIssue, SugaError, type SugaErrorOptions } from '@suga/gateway/errors';
import type { StoreErrorCode } from './contract.js';

/** An error of the store's own, by what it says after the store's name. */
export function storeError(code: StoreErrorCode, message: string, options: SugaErrorOptions = {}): SugaError<StoreErrorCode> {
  return new SugaError(code, `store: ${message}`, options);
}

/** For an `increment` of something else. */
export function notANumber(cause?: unknown): SugaError<StoreErrorCode> {
  return storeError(
    'NotANumber',
    'only a whole number can be incremented, and only within 2^53 - 1 on both sides of 0; the value is something else, or would leave that.',
    { cause },
  );
}

/** For a parameter of which its type says too little. */
export function invalidValue(issue: Omit<ParamIssue, 'problem'>, cause?: unknown): SugaError {
  const { param, expected, got } = issue;
  return new SugaError('InvalidParams', `store: "${param}" must be ${expected}, got ${got}.`, { cause, issues: [{ ...issue, problem: 'invalid' }] });
}
