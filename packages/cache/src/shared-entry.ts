/** For a time without a limit. */
export const NO_LIMIT: number = Number.POSITIVE_INFINITY;

/** A value as it lies in the store, with what was known of its key and tags before it was computed. */
export interface SharedEntry extends InvalidationMarks {
  readonly value: unknown;
  /** When it was put there, in ms since the epoch. */
  readonly at: number;
  /** Until when it counts; `null` without a limit. */
  readonly expires: number | null;
  readonly tags: readonly string[];
}

/** What the store knows beside a value. */
export interface InvalidationMarks {
  /** Which removal of the key was the last; `null` where none is remembered. */
  readonly removal: unknown;
  /** How often each tag has been invalidated. */
  readonly versions: readonly unknown[];
}

/** Whether it is a value that was put there after `since` and still counts for who has these tags: neither removed nor invalidated meanwhile. */
export function isValid(stored: unknown, { removal, versions }: InvalidationMarks, tags: readonly string[], since: number): stored is SharedEntry {
  if (typeof stored !== 'object' || stored === null || !('value' in stored)) return false;
  const entry = stored as SharedEntry;
  if (!((entry.expires ?? NO_LIMIT) > Date.now() && entry.at > since)) return false;
  // A removal that is not remembered any more is older than any value that was being computed then.
  return (removal === null || removal === entry.removal) && JSON.stringify([entry.tags, entry.versions]) === JSON.stringify([tags, versions]);
}
