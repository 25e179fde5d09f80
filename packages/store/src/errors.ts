import { type ParamIssue, SugaError, type SugaErrorOptions } from '@suga/gateway/errors';
import type { StoreErrorCode } from './contract.js';

/** Creates an error of the store. @param message Without the prefix `store: `. */
export function storeError(code: StoreErrorCode, message: string, options: SugaErrorOptions = {}): SugaError<StoreErrorCode> {
  return new SugaError(code, `store: ${message}`, options);
}

/** Creates the error for an `increment` of a value that is not an integer, or of one that would leave the range. */
export function notANumber(cause?: unknown): SugaError<StoreErrorCode> {
  return storeError(
    'NotANumber',
    'the stored value is not an integer, or the result would exceed 2^53 - 1 on either side of 0. Use another key, or set the number first.',
    { cause },
  );
}

/** Creates the error for a parameter whose value is described by `got`, because its type alone would say too little. */
export function invalidValue(issue: Omit<ParamIssue, 'problem'>, cause?: unknown): SugaError {
  const { param, expected, got } = issue;
  return new SugaError('InvalidParams', `store: "${param}" must be ${expected}, got ${got}.`, { cause, issues: [{ ...issue, problem: 'invalid' }] });
}
