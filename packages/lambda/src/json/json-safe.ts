import { isLambdaError, LambdaError } from '../errors.js';
import { toJsonText } from './json.js';

/**
 * What JSON can hold of a value, so that Lambda's runtime cannot fail on it after the invocation has ended.
 * @param source The name of what returned the value.
 * @throws LambdaError `NotJson`; `AlreadyRead` for an iterator that has been read before
 */
export function toJsonSafe(value: unknown, source: string): unknown {
  try {
    return JSON.parse(toJsonText(value, `The result of ${source}`) ?? 'null');
  } catch (cause) {
    throw isLambdaError(cause) ? cause : new LambdaError('NotJson', `What ${source} returned cannot be sent as JSON.`, { cause });
  }
}
