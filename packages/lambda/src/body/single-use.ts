import { LambdaError } from '../errors.js';

/** Streams and iterators that have been read here. The set is weak: it keeps none of them in memory. */
const claimed: WeakSet<object> = new WeakSet();

/**
 * Takes a stream or an iterator in order to read it. A second reader would find it empty, and the client would get an empty body.
 * @throws LambdaError `AlreadyRead`
 */
export function claim<Source extends object>(source: Source): Source {
  if (claimed.has(source) || isRead(source)) throw alreadyRead(nameOf(source));
  // An object that makes a new iterator each time may be read again.
  if (isSingleUse(source)) claimed.add(source);
  return source;
}

/**
 * Takes a stream in order to read it, and the iterator that it gives. An object may give the same iterator each time, which has been read then.
 * @throws LambdaError `AlreadyRead`
 */
export function claimIterator(source: AsyncIterable<unknown>): AsyncIterator<unknown> {
  const iterator = claim(source)[Symbol.asyncIterator]();
  // A generator is its own iterator.
  return Object.is(iterator, source) ? iterator : claim(iterator);
}

/** The error for a value that has nothing left to give. */
export const alreadyRead = (name: string): LambdaError =>
  new LambdaError(
    'AlreadyRead',
    `A handler returned ${name} that has been read before, and it can be read only once. Return a new one each time: cache its data instead, or return response.clone().`,
  );

/** A value's class with its article, for a message. */
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

/** Whether a stream says that other code has read it to its end, or is reading it. An iterator says nothing. */
function isRead(source: Readable & object): boolean {
  if (source.locked === true || source.readableEnded === true) return true;
  if (!isWebStream(source)) return false;
  const { isDisturbed, isErrored, isReadable } = process.getBuiltinModule('node:stream') as unknown as StreamState;
  // One that has failed tells its own error when it is read.
  return isDisturbed(source) && !isReadable(source) && !isErrored(source);
}

/** Functions of Node that take web streams as well; their types do not say so. */
type StreamState = Record<'isDisturbed' | 'isErrored' | 'isReadable', (stream: object) => boolean>;

const isWebStream = (source: object): boolean => Object.prototype.toString.call(source) === '[object ReadableStream]';

const isSingleUse = (source: object): boolean =>
  isWebStream(source) || typeof (source as { next?: unknown }).next === 'function' || typeof (source as { pipe?: unknown }).pipe === 'function';
