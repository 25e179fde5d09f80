import type { Command } from './backend.js';
import type { StoreOutcome } from './contract.js';
import { notANumber } from './errors.js';
import { toInteger } from './serialization.js';

/** A value as it is stored. */
export interface Entry {
  readonly text: string;
  /** Time of expiry, in ms since the epoch, or `Infinity`. */
  readonly until: number;
}

/** The entry of a key after a command, and the outcome of the command. */
export interface CommandEffect {
  readonly entry: Entry | undefined;
  readonly outcome: StoreOutcome;
}

const DONE: StoreOutcome = { value: true };

/** Applies a command to a key. This defines the meaning of every operation, for backends that compute it without a request. */
export function applyCommand(present: Entry | undefined, command: Command, now: number): CommandEffect {
  const entry = present && present.until > now ? present : undefined;
  switch (command.operation) {
    case 'get':
      return { entry, outcome: { value: entry?.text } };
    case 'set':
      if (entry && command.ifAbsent) return { entry, outcome: { value: false } };
      return { entry: { text: command.text, until: now + command.ttl }, outcome: DONE };
    case 'delete':
      return { entry: undefined, outcome: { value: undefined } };
    case 'touch':
      return { entry: entry && { text: entry.text, until: now + command.ttl }, outcome: { value: entry !== undefined } };
    case 'increment':
      return increment(entry, command.by, now + command.ttl);
  }
}

function increment(entry: Entry | undefined, by: number, until: number): CommandEffect {
  const number = entry ? toInteger(entry.text) : 0;
  const sum = number === undefined ? Number.NaN : number + by;
  if (!Number.isSafeInteger(sum)) return { entry, outcome: { error: notANumber() } };
  return { entry: { text: String(sum), until: entry && entry.until !== Number.POSITIVE_INFINITY ? entry.until : until }, outcome: { value: sum } };
}
