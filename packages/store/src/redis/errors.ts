import { isSugaError, type SugaError } from '@suga/gateway/errors';
import type { StoreErrorCode } from '../contract.js';
import { storeError } from '../errors.js';

/** Whether the server itself has answered so, and has done nothing. */
export const isReply = (error: unknown): boolean => (error as Error | null)?.name === 'ReplyError';

/** Why the server could not be used. @param connectionError What is known of the connection's end. */
export function unavailable(error: unknown, connectionError?: Error): SugaError<StoreErrorCode> {
  if (isSugaError<StoreErrorCode>(error)) return error;
  const { message = '', code } = (connectionError ?? error ?? {}) as { readonly message?: string; readonly code?: unknown };
  if (/exceeds maximum allowed size|invalid bulk length/.test(message)) {
    return storeError(
      'TooLarge',
      `the Redis server takes no text of that size (${message}): raise its proto-max-bulk-len, or keep large values elsewhere (S3).`,
      {
        cause: error,
      },
    );
  }
  const words = isReply(error) ? `refused the command (${message.split(' ', 1)[0]})` : `could not be reached (${typeof code === 'string' ? code : message})`;
  return storeError('Unavailable', `the Redis server ${words}.`, { cause: connectionError ?? error });
}
