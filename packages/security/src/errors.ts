import { SugaError } from '@suga/gateway/errors';
import type { SecurityErrorCode, TokenProblem } from './contract.js';

/** Creates the error for a refused token. It says the reason and no claim: neither the client nor the log needs the claims. */
export function invalidToken(reason: TokenProblem, details: object = {}): SugaError<SecurityErrorCode> {
  return new SugaError<SecurityErrorCode>('InvalidToken', `security: the token is refused (${reason}).`, { details: { reason, ...details } });
}

/** Creates the error for a missing setting that an operation needs. */
export function missingSetting(operation: string, setting: string): SugaError {
  return new SugaError('InvalidParams', `security: ${operation} needs ${setting}.`);
}

/** Creates the error for keys that could not be fetched. A later call may succeed. */
export function keysUnavailable(
  problem: string,
  options: { readonly details?: { readonly retryAfter: number }; readonly cause?: unknown } = {},
): SugaError<SecurityErrorCode> {
  return new SugaError<SecurityErrorCode>('KeysUnavailable', `security: ${problem}`, options);
}
