import type { AnyInterface } from '../gateway.js';
import { errors } from '../lazy.js';

/**
 * Refuses definitions that could never be called. Facts that only `execute` needs are checked there, at its first call, so that a cold
 * start does not pay for it.
 */
export function assertDefinition(name: string, definition: AnyInterface): void {
  if (typeof name !== 'string') throw errors().invalidName(name);
  if (typeof definition?.load !== 'function' || typeof definition.operations !== 'object' || definition.operations === null) {
    throw errors().invalidDefinition(name, 'shape');
  }
  for (const word of [name, ...Object.keys(definition.operations)]) if (!isName(word)) throw errors().invalidName(word);
  for (const [operation, facts] of Object.entries(definition.operations)) if (!facts?.params) throw errors().invalidDefinition(name, 'params', operation);
}

/** Whether a name is a plain camelCase word. Names that every object has (`constructor`) and `then`, which makes an object a promise, are refused. */
export const isName = (name: string): boolean => /^[a-z][^\W_]*$/.test(name) && !(name in Object.prototype) && name !== 'then';
