import type { Control } from '@suga/gateway';
import { LambdaError } from '../errors.js';
import type { Call } from '../runtime.js';
import { isStream } from '../stream.js';

/**
 * Calls the operation that the event names, if its facts allow that from outside.
 * @throws what `control.execute` throws: `UnknownInterface`, `UnknownOperation`, `InvalidParams`, `NotRemote`
 */
export async function callDirectly(control: Control, { event, guard }: Call): Promise<unknown> {
  const { interface: name, operation, params } = event as { interface: string; operation: string; params?: object };
  const work = async (): Promise<unknown> => {
    const result = await control.execute(name, operation, params ?? {}, { remote: true });
    return isStream(result) ? collect(result) : isIterator(result) ? [...result] : result;
  };
  return toJsonSafe(await guard.within(work()), `${name}.${operation}`);
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const pieces: unknown[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

const isIterator = (value: unknown): value is IterableIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value && typeof value.next === 'function';

/** What JSON can hold of a value, so that Lambda's runtime cannot fail on it after the invocation has ended. */
function toJsonSafe(value: unknown, operation: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value, replace) ?? 'null');
  } catch (cause) {
    throw new LambdaError('NotJson', `What ${operation} returned cannot be sent as JSON.`, { cause });
  }
}

function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  // A Buffer has become an object by itself before this sees it.
  const before = (this as Readonly<Record<string, unknown>>)[key];
  return before instanceof Uint8Array ? Buffer.from(before.buffer, before.byteOffset, before.byteLength).toString('base64') : value;
}
