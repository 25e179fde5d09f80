import { SugaError } from '@suga/gateway/errors';
import type { SecurityErrorCode, TokenProblem } from './contract.js';

/** Why a token is refused, and nothing of what it says: neither the client nor the log need its claims. */
export function invalidToken(reason: TokenProblem, details: object = {}): SugaError<SecurityErrorCode> {
  return new SugaError<SecurityErrorCode>('InvalidToken', `security: the token is refused (${reason}).`, { details: { reason, ...details } });
}

/** A setting without which an operation cannot work. */
export function missingSetting(operation: string, setting: string): SugaError {
  return new SugaError('InvalidParams', `security: ${operation} needs ${setting}.`);
}

/** Keys that could not be had; another try may do. */
export function keysUnavailable(
  problem: string,
  options: { readonly details?: { readonly retryAfter: number }; readonly cause?: unknown } = {},
): SugaError<SecurityErrorCode> {
  return new SugaError<SecurityErrorCode>('KeysUnavailable', `security: ${problem}`, options);
}
