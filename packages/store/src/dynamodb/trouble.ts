import type { SugaError } from '@suga/gateway/errors';
import type { StoreErrorCode } from '../contract.js';
import { failure } from '../failures.js';
import { LIMITS } from './limits.js';

const THROTTLED = /^(ProvisionedThroughputExceeded|RequestLimitExceeded|Throttl)/;
const TRANSIENT = /^(InternalServerError|InternalFailure|ServiceUnavailable|TimeoutError|RequestTimeout|NetworkingError)/;
const BROKEN = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const CREDENTIALS = /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken|InvalidClientTokenId)/;

/** What is read of any error. */
interface Told {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const told = (error: unknown): Told => (error ?? {}) as Told;

/** Refused because there were too many: nothing was done. */
export const isThrottled = (error: unknown): boolean => THROTTLED.test(String(told(error).name));

/** It may work the next time, and may have been done this time. */
export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = told(error);
  return TRANSIENT.test(String(name)) || BROKEN.test(String(code)) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** Whether the server names that as its reason. */
export const isNamed = (error: unknown, name: string): boolean => told(error).name === name;

/** Whether the request's own data was refused, and not the table's form. */
export const isItemsFault = (error: unknown): boolean => isNamed(error, 'ValidationException') && !/schema|key element/i.test(String(told(error).message));

/** The error for an item that is larger than DynamoDB takes, if that is its reason. @param bytes What key and value take. */
export function tooLarge(error: unknown, bytes: number): SugaError<StoreErrorCode> | undefined {
  if (!isNamed(error, 'ValidationException') || !/item size/i.test(String(told(error).message))) return undefined;
  const limit = LIMITS.bytesPerItem;
  const message = `key and value take ${bytes.toLocaleString('en')} bytes; DynamoDB takes no item of more than ${limit.toLocaleString('en')}. Keep large values elsewhere (S3).`;
  return failure('TooLarge', message, { cause: error, details: { bytes, limit } });
}

/** Why a table could not be used, and what to do. @param action The permission that it takes. */
export function unavailable(error: unknown, table: string, action: string): SugaError<StoreErrorCode> {
  const { name, code } = told(error);
  const subject = `the table ${JSON.stringify(table)}`;
  return failure('Unavailable', `${subject} ${wordsFor(error, { id: String(name), action, code: typeof code === 'string' ? code : String(name) })}`, {
    cause: error,
  });
}

function wordsFor(error: unknown, { id, action, code }: { readonly id: string; readonly action: string; readonly code: string }): string {
  if (id.startsWith('AccessDenied')) return `may not be used: the function's role needs dynamodb:${action} on it.`;
  if (id === 'ResourceNotFoundException') return 'does not exist in this region: create it, with the text "id" as its partition key.';
  if (id === 'ValidationException') return `refused the request: its partition key has to be the text "id", without a sort key (${told(error).message}).`;
  if (isThrottled(error)) return `is throttled (${id}): give it more capacity, or let it be billed on demand.`;
  if (CREDENTIALS.test(id)) return `could not be used: the function's credentials were not accepted (${id}).`;
  if (BROKEN.test(code)) return `could not be reached (${code}): check that the function can reach DynamoDB.`;
  const { message } = told(error);
  return `could not be used (${code}${typeof message === 'string' && message !== '' ? `: ${message.slice(0, 300)}` : ''}).`;
}
