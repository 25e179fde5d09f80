import { isSugaError, type SugaError } from '@suga/gateway/errors';
import type { StoreErrorCode } from '../contract.js';
import { storeError } from '../errors.js';

/** Whether the error is a reply of the server: the command was not done. */
export const isReply = (error: unknown): boolean => (error as Error | null)?.name === 'ReplyError';

/** Returns the error that says why the server could not be used. @param connectionError Reason for the end of the connection, if it is known. */
export function unavailable(error: unknown, connectionError?: Error): SugaError<StoreErrorCode> {
  if (isSugaError<StoreErrorCode>(error)) return error;
  const { message = '', code } = (connectionError ?? error ?? {}) as { readonly message?: string; readonly code?: unknown };
  if (/exceeds maximum allowed size|invalid bulk length/.test(message)) {
    return storeError(
      'TooLarge',
      `the Redis server rejected a value of this size (${message}): raise its proto-max-bulk-len, or store large values elsewhere (S3).`,
      {
        cause: error,
      },
    );
  }
  const words = isReply(error) ? `rejected the command (${message.split(' ', 1)[0]})` : `could not be reached (${typeof code === 'string' ? code : message})`;
  return storeError('Unavailable', `the Redis server ${words}.`, { cause: connectionError ?? error });
}
