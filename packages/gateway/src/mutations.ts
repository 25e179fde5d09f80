import { alreadyUsed, inFlightError, notMiddleware, notReplacing, removed } from './error-factories.js';
import type { Control, Handler, Middleware, Undo } from './gateway.js';
import type { Entry } from './loading/entry.js';
import type { Slot } from './loading/slot.js';

/** Replaces an operation's function. */
export function override(entry: Entry, slot: Slot, replace: (original: Handler) => Handler): Undo {
  const where = `${entry.name}.${slot.name}`;
  if (typeof replace !== 'function') throw notReplacing(where, replace);
  // Called once at once. Otherwise an interface that is not loaded yet would fail later, at the first call of any of its operations.
  const tried: unknown = replace((...args) => slot.fn(...args));
  if (typeof tried !== 'function') throw notReplacing(where, tried);
  // A new function for each override, because the same replacement may be added twice and removed once.
  const own = (original: Handler): Handler => replace(original);
  slot.overrides = [...slot.overrides, own];
  const undo = (): void => {
    slot.overrides = slot.overrides.filter((other) => other !== own);
    entry.bind(slot);
  };
  return orUndo(() => entry.bind(slot), undo);
}

/** Adds a middleware around those in the chain. */
export function use(control: Control, chain: Middleware[], middleware: Middleware): Undo {
  if (!isMiddleware(middleware)) throw notMiddleware(middleware);
  if (chain.includes(middleware)) throw alreadyUsed(middleware.name);
  middleware.attach?.(control);
  chain.push(middleware);
  const undo = (): void => {
    const at = chain.indexOf(middleware);
    if (at < 0) return;
    chain.splice(at, 1);
    control.rebind();
  };
  return orUndo(() => control.rebind(), undo);
}

const isMiddleware = (value: unknown): boolean =>
  typeof value === 'object' && typeof (value as Middleware | null)?.name === 'string' && ['function', 'undefined'].includes(typeof (value as Middleware).bind);

/** Makes a change, and undoes it if it fails. */
function orUndo(change: () => void, undo: Undo): Undo {
  try {
    change();
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/** Removes an interface. Functions of it that callers still have throw at their next call. */
export function remove(entry: Entry, entries: Map<string, Entry>): void {
  const { name, inFlight, slots } = entry;
  if (inFlight > 0) throw inFlightError(name, inFlight);
  entry.unload();
  entries.delete(name);
  for (const slot of slots.values())
    slot.fn = () => {
      throw removed(name);
    };
}
