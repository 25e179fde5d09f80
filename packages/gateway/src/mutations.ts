import type { Entry } from './loading/entry.js';
import { atWork, notMiddleware, notReplacing, takenOut, usedAlready } from './error-factories.js';
import type { Control, Handler, Middleware, Undo } from './gateway.js';
import type { Slot } from './loading/slot.js';

/** Puts a function in an operation's place. */
export function override(entry: Entry, slot: Slot, replace: (original: Handler) => Handler): Undo {
  const where = `${entry.name}.${slot.name}`;
  if (typeof replace !== 'function') throw notReplacing(where, replace);
  // Tried at once: an interface that is not loaded would bind it, and fail, in the middle of somebody's call.
  const tried: unknown = replace((...args) => slot.fn(...args));
  if (typeof tried !== 'function') throw notReplacing(where, tried);
  // One of its own for each call: the same replacement may be made twice, and taken back once.
  const own = (original: Handler): Handler => replace(original);
  slot.overrides = [...slot.overrides, own];
  const undo = (): void => {
    slot.overrides = slot.overrides.filter((other) => other !== own);
    entry.bind(slot);
  };
  return orUndo(() => entry.bind(slot), undo);
}

/** Adds a middleware outside of those in the chain. */
export function use(control: Control, chain: Middleware[], middleware: Middleware): Undo {
  if (!isMiddleware(middleware)) throw notMiddleware(middleware);
  if (chain.includes(middleware)) throw usedAlready(middleware.name);
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

/** Does what may fail; if it does, nothing of the change stays. */
function orUndo(change: () => void, undo: Undo): Undo {
  try {
    change();
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

/** Takes an interface out. Whoever still holds a function of it is told at the next call. */
export function remove(entry: Entry, entries: Map<string, Entry>): void {
  const { name, inFlight, slots } = entry;
  if (inFlight > 0) throw atWork(name, inFlight);
  entry.unload();
  entries.delete(name);
  for (const slot of slots.values())
    slot.fn = () => {
      throw takenOut(name);
    };
}
