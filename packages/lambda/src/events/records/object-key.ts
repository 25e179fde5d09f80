import { LambdaError } from '../../errors.js';

/**
 * Decodes an object key. S3 sends it URL-encoded, with `+` for a space.
 * @throws LambdaError `BadRecord` for a key that is not correctly encoded
 */
export function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (cause) {
    const shown = typeof key === 'string' ? JSON.stringify(key.slice(0, 100)) : String(key);
    throw new LambdaError('BadRecord', `The object key ${shown} of an S3 event is not URL-encoded, as S3 sends it. Check what created the event.`, { cause });
  }
}
