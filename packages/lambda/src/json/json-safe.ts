import { isLambdaError, LambdaError } from '../errors.js';
import { toJsonText } from './json.js';

/**
 * Converts a value to data that JSON can represent. Otherwise Lambda's runtime could fail on it after the invocation has ended.
 * @param source name of the handler or operation that returned the value
 * @throws LambdaError `NotJson`; `AlreadyRead` for an iterator that has been read before
 */
export function toJsonSafe(value: unknown, source: string): unknown {
  try {
    return JSON.parse(toJsonText(value, `The result of ${source}`) ?? 'null');
  } catch (cause) {
    throw isLambdaError(cause) ? cause : new LambdaError('NotJson', `The result of ${source} cannot be sent as JSON.`, { cause });
  }
}
