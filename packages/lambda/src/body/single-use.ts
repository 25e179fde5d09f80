import { LambdaError } from '../errors.js';

/** Streams and iterators that this package has read. The set is weak, so it does not keep them in memory. */
const claimed: WeakSet<object> = new WeakSet();

/**
 * Marks a stream or an iterator as read. A second reader would find it empty, and the client would get an empty body.
 * @throws LambdaError `AlreadyRead`
 */
export function claim<Source extends object>(source: Source): Source {
  if (claimed.has(source) || isRead(source)) throw alreadyRead(nameOf(source));
  // An object that creates a new iterator each time may be read again.
  if (isSingleUse(source)) claimed.add(source);
  return source;
}

/**
 * Marks a stream as read, and its iterator. An object may return the same iterator each time, which can be read only once.
 * @throws LambdaError `AlreadyRead`
 */
export function claimIterator(source: AsyncIterable<unknown>): AsyncIterator<unknown> {
  const iterator = claim(source)[Symbol.asyncIterator]();
  // A generator is its own iterator.
  return Object.is(iterator, source) ? iterator : claim(iterator);
}

/** Creates the error for a value that has been read before. */
export const alreadyRead = (name: string): LambdaError =>
  new LambdaError(
    'AlreadyRead',
    `A handler returned ${name} that has been read before, and it can be read only once. Return a new one each time: cache its data, or return response.clone().`,
  );

/** The class of a value with its article, for a message. */
export function nameOf(value: object): string {
  const name = classOf(value);
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** The name of the class of a value. */
export function classOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? (value.constructor?.name ?? tag) : tag;
}

interface Readable {
  readonly locked?: unknown;
  readonly readableEnded?: unknown;
}

/** Whether a stream reports that other code has read it or is reading it. Iterators cannot report this. */
function isRead(source: Readable & object): boolean {
  if (source.locked === true || source.readableEnded === true) return true;
  if (!isWebStream(source)) return false;
  const { isDisturbed, isErrored, isReadable } = process.getBuiltinModule('node:stream') as unknown as StreamState;
  // A stream that has failed throws its own error when it is read.
  return isDisturbed(source) && !isReadable(source) && !isErrored(source);
}

/** Functions of Node that accept web streams too, although their types do not say so. */
type StreamState = Record<'isDisturbed' | 'isErrored' | 'isReadable', (stream: object) => boolean>;

const isWebStream = (source: object): boolean => Object.prototype.toString.call(source) === '[object ReadableStream]';

const isSingleUse = (source: object): boolean =>
  isWebStream(source) || typeof (source as { next?: unknown }).next === 'function' || typeof (source as { pipe?: unknown }).pipe === 'function';
