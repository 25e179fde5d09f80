import type { SugaError } from '@suga/gateway/errors';
import type { StoreErrorCode } from '../contract.js';
import { storeError } from '../errors.js';
import { LIMITS } from './limits.js';

const THROTTLED = /^(ProvisionedThroughputExceeded|RequestLimitExceeded|Throttl)/;
const TRANSIENT = /^(InternalServerError|InternalFailure|ServiceUnavailable|TimeoutError|RequestTimeout|NetworkingError)/;
const DISCONNECTED = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const CREDENTIALS = /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken|InvalidClientTokenId)/;

/** What is read of any error. */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const asErrorFields = (error: unknown): ErrorFields => (error ?? {}) as ErrorFields;

/** Refused because there were too many: nothing was done. */
export const isThrottled = (error: unknown): boolean => THROTTLED.test(String(asErrorFields(error).name));

/** It may work the next time, and may have been done this time. */
export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = asErrorFields(error);
  return TRANSIENT.test(String(name)) || DISCONNECTED.test(String(code)) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** Whether the server names that as its reason. */
export const hasName = (error: unknown, name: string): boolean => asErrorFields(error).name === name;

/** Whether the request's own data was refused, and not the table's form. */
export const isItemRefused = (error: unknown): boolean =>
  hasName(error, 'ValidationException') && !/schema|key element/i.test(String(asErrorFields(error).message));

/** The error for an item that is larger than DynamoDB takes, if that is its reason. @param bytes What key and value take. */
export function tooLarge(error: unknown, bytes: number): SugaError<StoreErrorCode> | undefined {
  if (!hasName(error, 'ValidationException') || !/item size/i.test(String(asErrorFields(error).message))) return undefined;
  const limit = LIMITS.bytesPerItem;
  const message = `key and value take ${bytes.toLocaleString('en')} bytes; DynamoDB takes no item of more than ${limit.toLocaleString('en')}. Keep large values elsewhere (S3).`;
  return storeError('TooLarge', message, { cause: error, details: { bytes, limit } });
}

/** Why a table could not be used, and what to do. @param action The permission that it takes. */
export function unavailable(error: unknown, table: string, action: string): SugaError<StoreErrorCode> {
  const { name, code } = asErrorFields(error);
  const subject = `the table ${JSON.stringify(table)}`;
  return storeError('Unavailable', `${subject} ${describeReason(error, { id: String(name), action, code: typeof code === 'string' ? code : String(name) })}`, {
    cause: error,
  });
}

function describeReason(error: unknown, { id, action, code }: { readonly id: string; readonly action: string; readonly code: string }): string {
  if (id.startsWith('AccessDenied')) return `may not be used: the function's role needs dynamodb:${action} on it.`;
  if (id === 'ResourceNotFoundException') return 'does not exist in this region: create it, with the text "id" as its partition key.';
  if (id === 'ValidationException')
    return `refused the request: its partition key has to be the text "id", without a sort key (${asErrorFields(error).message}).`;
  if (isThrottled(error)) return `is throttled (${id}): give it more capacity, or let it be billed on demand.`;
  if (CREDENTIALS.test(id)) return `could not be used: the function's credentials were not accepted (${id}).`;
  if (DISCONNECTED.test(code)) return `could not be reached (${code}): check that the function can reach DynamoDB.`;
  const { message } = asErrorFields(error);
  return `could not be used (${code}${typeof message === 'string' && message !== '' ? `: ${message.slice(0, 300)}` : ''}).`;
}
