/** For a time without a limit. */
export const ENDLESS: number = Number.POSITIVE_INFINITY;

/** A value as it lies in the store, with what was known of its key and tags before it was computed. */
export interface Kept extends Seen {
  readonly value: unknown;
  /** When it was put there, in ms since the epoch. */
  readonly at: number;
  /** Until when it counts; `null` without a limit. */
  readonly expires: number | null;
  readonly tags: readonly string[];
}

/** What the store knows beside a value. */
export interface Seen {
  /** Which removal of the key was the last; `null` where none is remembered. */
  readonly removal: unknown;
  /** How often each tag has been invalidated. */
  readonly versions: readonly unknown[];
}

/** Whether it is a value that was put there after `since` and still counts for who has these tags: neither removed nor invalidated meanwhile. */
export function isGood(found: unknown, { removal, versions }: Seen, tags: readonly string[], since: number): found is Kept {
  if (typeof found !== 'object' || found === null || !('value' in found)) return false;
  const kept = found as Kept;
  if (!((kept.expires ?? ENDLESS) > Date.now() && kept.at > since)) return false;
  // A removal that is not remembered any more is older than any value that was being computed then.
  return (removal === null || removal === kept.removal) && JSON.stringify([kept.tags, kept.versions]) === JSON.stringify([tags, versions]);
}
