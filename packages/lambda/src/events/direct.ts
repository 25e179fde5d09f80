import type { Control } from '@suga/gateway';
import { loadBody } from '../body/lazy.js';
import { isStream } from '../body/stream.js';
import type { Call } from '../invocation/contract.js';
import { toJsonSafe } from '../json/json-safe.js';

/**
 * Calls the operation that the event names, if the facts of the operation allow remote calls.
 * @throws the errors of `control.execute`: `UnknownInterface`, `UnknownOperation`, `InvalidParams`, `NotRemote`
 */
export async function callDirectly(control: Control, { event, guard }: Call): Promise<unknown> {
  const { interface: name, operation, params } = event as { interface: string; operation: string; params?: object };
  const work = async (): Promise<unknown> => collectStream(await control.execute(name, operation, params ?? {}, { remote: true }));
  return toJsonSafe(await guard.within(work()), `${name}.${operation}`);
}

/** Collects the pieces of a stream in an array, because the response is one JSON document. Returns any other value as it is. */
export const collectStream = async (result: unknown): Promise<unknown> => (isStream(result) ? collect(loadBody().claimIterator(result)) : result);

async function collect(iterator: AsyncIterator<unknown>): Promise<unknown[]> {
  const pieces: unknown[] = [];
  for await (const piece of { [Symbol.asyncIterator]: () => iterator }) pieces.push(piece);
  return pieces;
}
