import { LambdaError } from '../errors.js';
import type { BodyOwner } from './contract.js';
import { claimIterator } from './single-use.js';
import { isStream } from './stream.js';

/** Converts one piece of a stream to bytes. Strings are encoded as UTF-8. */
export function toBytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  throw new LambdaError('InvalidResponse', `A stream has a piece of type ${typeof piece}: it must be a string or bytes.`);
}

/** Reads a whole stream. @throws LambdaError `AlreadyRead` */
export async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const iterator = claimIterator(stream);
  for await (const piece of { [Symbol.asyncIterator]: () => iterator }) pieces.push(toBytes(piece));
  return Buffer.concat(pieces);
}

/** Closes a body that will not be read. */
export function discard(body: unknown): void {
  if (!isStream(body)) return;
  const { cancel, destroy } = body as { cancel?: () => Promise<void>; destroy?: () => void };
  if (typeof cancel === 'function') cancel.call(body).catch(() => undefined);
  else if (typeof destroy === 'function') destroy.call(body);
  else void (body as AsyncIterable<unknown> & Partial<AsyncIterator<unknown>>).return?.()?.catch(() => undefined);
}

/** Content types that are never text, except for types like `image/svg+xml`. */
const binary = /^(?:image|audio|video|font|model)\/(?!.*\+(?:xml|json))|^application\/octet-stream\b/i;
const foreign = /charset=(?!"?utf-?8)/i;
// Tab, line feed, vertical tab, form feed and carriage return occur in text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression has to find them
const control = /[\0-\x08\x0E-\x1F\x7F]/;

/**
 * Converts bytes to text, if the text can be converted back to the same bytes. This is so for valid UTF-8 only, whatever the content type says.
 * @returns `undefined` for bytes that must be sent as base64
 */
export function toText({ headers }: BodyOwner, bytes: Buffer): string | undefined {
  const type = String(headers['content-type'] ?? '');
  const coding = headers['content-encoding'] ?? 'identity';
  if (String(coding).toLowerCase() !== 'identity' || binary.test(type) || foreign.test(type)) return undefined;
  if (!process.getBuiltinModule('node:buffer').isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  // A small binary file may be valid UTF-8 by chance. It then has control characters, and JSON needs six letters for each.
  return /^text\//i.test(type) || !control.test(text) ? text : undefined;
}
