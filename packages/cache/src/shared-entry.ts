/** A time without a limit. */
export const NO_LIMIT: number = Number.POSITIVE_INFINITY;

/** A value as it is written to the store, with the marks of its key and tags as they were before it was computed. */
export interface SharedEntry extends InvalidationMarks {
  readonly value: unknown;
  /** Time of the write, in ms since the epoch. */
  readonly at: number;
  /** Time of expiry, in ms since the epoch. `null` for no limit. */
  readonly expires: number | null;
  readonly tags: readonly string[];
}

/** Marks in the store that tell whether a value is still valid. */
export interface InvalidationMarks {
  /** Mark of the key's last removal; `null` if the store has none. */
  readonly removal: unknown;
  /** How often each tag has been invalidated. */
  readonly versions: readonly unknown[];
}

/** Whether a stored entry was written after `since`, has these tags, has not expired, and was neither removed nor invalidated. */
export function isValid(stored: unknown, { removal, versions }: InvalidationMarks, tags: readonly string[], since: number): stored is SharedEntry {
  if (typeof stored !== 'object' || stored === null || !('value' in stored)) return false;
  const entry = stored as SharedEntry;
  if (!((entry.expires ?? NO_LIMIT) > Date.now() && entry.at > since)) return false;
  // A mark that has expired belongs to a removal that is older than every value whose computation it could affect.
  return (removal === null || removal === entry.removal) && JSON.stringify([entry.tags, entry.versions]) === JSON.stringify([tags, versions]);
}
