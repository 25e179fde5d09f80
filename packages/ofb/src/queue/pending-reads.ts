import type { Call } from './call.js';
import { areSame } from './call-key.js';

/** The properties that decide whether two reads are identical. */
export type Likeness = Pick<Call, 'plan' | 'args' | 'key' | 'likeness'>;

/**
 * Reads whose result other callers may share, by key: reads in flight, and prefetched reads.
 *
 * A write in any invocation removes the reads of its key, so a read after a write is sent again.
 */
export class PendingReads {
  /** The last read of each key. Earlier ones are linked through `before`. */
  readonly #last = new Map<string, Call>();

  /** Finds an identical read. @param fits Whether the caller may join that call */
  find({ plan, args, key, likeness }: Likeness, fits: (call: Call) => boolean): Call | undefined {
    for (let call = this.#last.get(key as string); call; call = call.before) {
      if (call.plan === plan && call.likeness === likeness && (likeness !== true || areSame(call.args, args)) && fits(call)) return call;
    }
    return undefined;
  }

  add(call: Call): void {
    call.before = this.#last.get(call.key as string);
    this.#last.set(call.key as string, call);
  }

  remove(call: Call): void {
    const last = this.#last.get(call.key as string);
    if (last === call) {
      if (call.before) this.#last.set(call.key as string, call.before);
      else this.#last.delete(call.key as string);
      return;
    }
    for (let each = last; each; each = each.before) if (each.before === call) each.before = call.before;
  }

  /** Removes the reads of a written key. @param key The written key; `undefined` removes all reads, because the write may concern any key */
  written(key: string | undefined): void {
    if (key === undefined) this.#last.clear();
    else this.#last.delete(key);
  }
}
