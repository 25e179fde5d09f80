import type { SugaError } from '@suga/gateway/errors';
import type { StoreErrorCode } from '../contract.js';
import { storeError } from '../errors.js';
import { LIMITS } from './limits.js';

const THROTTLED = /^(ProvisionedThroughputExceeded|RequestLimitExceeded|Throttl)/;
const TRANSIENT = /^(InternalServerError|InternalFailure|ServiceUnavailable|TimeoutError|RequestTimeout|NetworkingError)/;
const DISCONNECTED = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const CREDENTIALS = /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken|InvalidClientTokenId)/;

/** The fields that are read from an error. */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const asErrorFields = (error: unknown): ErrorFields => (error ?? {}) as ErrorFields;

/** Whether the request was throttled: nothing was done. */
export const isThrottled = (error: unknown): boolean => THROTTLED.test(String(asErrorFields(error).name));

/** Whether a retry may succeed. The failed request may have been done all the same. */
export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = asErrorFields(error);
  return TRANSIENT.test(String(name)) || DISCONNECTED.test(String(code)) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** Whether the error has this name. */
export const hasName = (error: unknown, name: string): boolean => asErrorFields(error).name === name;

/** Whether the data of the request was rejected, not the schema of the table. */
export const isItemRefused = (error: unknown): boolean =>
  hasName(error, 'ValidationException') && !/schema|key element/i.test(String(asErrorFields(error).message));

/** Returns the error for an item that exceeds DynamoDB's limit; `undefined` if the error has another reason. @param bytes Size of key and value. */
export function tooLarge(error: unknown, bytes: number): SugaError<StoreErrorCode> | undefined {
  if (!hasName(error, 'ValidationException') || !/item size/i.test(String(asErrorFields(error).message))) return undefined;
  const limit = LIMITS.bytesPerItem;
  const message = `key and value take ${bytes.toLocaleString('en')} bytes; the limit of DynamoDB is ${limit.toLocaleString('en')}. Store large values elsewhere (S3).`;
  return storeError('TooLarge', message, { cause: error, details: { bytes, limit } });
}

/** Returns the error that says why a table could not be used, and what to do. @param action The permission that the request needs. */
export function unavailable(error: unknown, table: string, action: string): SugaError<StoreErrorCode> {
  const { name, code } = asErrorFields(error);
  const subject = `the table ${JSON.stringify(table)}`;
  return storeError('Unavailable', `${subject} ${describeReason(error, { id: String(name), action, code: typeof code === 'string' ? code : String(name) })}`, {
    cause: error,
  });
}

function describeReason(error: unknown, { id, action, code }: { readonly id: string; readonly action: string; readonly code: string }): string {
  if (id.startsWith('AccessDenied')) return `denied access: the function's role needs dynamodb:${action} on it.`;
  if (id === 'ResourceNotFoundException') return 'does not exist in this region: create it, with the partition key "id" of type string.';
  if (id === 'ValidationException')
    return `rejected the request: its partition key must be "id" of type string, without a sort key (${asErrorFields(error).message}).`;
  if (isThrottled(error)) return `is throttled (${id}): raise its capacity, or switch it to on-demand billing.`;
  if (CREDENTIALS.test(id)) return `could not be used: the function's credentials were rejected (${id}).`;
  if (DISCONNECTED.test(code)) return `could not be reached (${code}): check that the function can reach DynamoDB.`;
  const { message } = asErrorFields(error);
  return `could not be used (${code}${typeof message === 'string' && message !== '' ? `: ${message.slice(0, 300)}` : ''}).`;
}
