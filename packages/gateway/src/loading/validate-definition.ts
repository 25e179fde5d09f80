import type { AnyInterface } from '../gateway.js';
import { faults } from '../lazy.js';

/**
 * Refuses what could never be called. The facts that only the open door needs are checked there, when it is first used:
 * a cold start does not pay for them.
 */
export function assertDefinition(name: string, definition: AnyInterface): void {
  if (typeof name !== 'string') throw faults().invalidName(name);
  if (typeof definition?.load !== 'function' || typeof definition.operations !== 'object' || definition.operations === null) {
    throw faults().invalidDefinition(name, 'shape');
  }
  for (const word of [name, ...Object.keys(definition.operations)]) if (!isName(word)) throw faults().invalidName(word);
  for (const [operation, facts] of Object.entries(definition.operations)) if (!facts?.params) throw faults().invalidDefinition(name, 'params', operation);
}

/** A plain camelCase word, and none that every object has (`constructor`) or that makes an object a promise (`then`). */
export const isName = (name: string): boolean => /^[a-z][^\W_]*$/.test(name) && !(name in Object.prototype) && name !== 'then';
