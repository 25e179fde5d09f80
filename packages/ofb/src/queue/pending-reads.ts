import type { Call } from './call.js';
import { areSame } from './call-key.js';

/** What a read must be, to be the same as another. */
export type Likeness = Pick<Call, 'plan' | 'args' | 'key' | 'likeness'>;

/**
 * Reads whose answer another caller may have, by what they are about: those under way, and those fetched ahead. Whatever writes takes them
 * out, in whichever invocation: what is read after a write is read anew.
 */
export class PendingReads {
  /** The last one about each thing; those before it hang on it. */
  readonly #last = new Map<string, Call>();

  /** @param fits Whether the one that asks may have the answer of that call. */
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

  /** @param key What has been written; `undefined` where that may be anything. */
  written(key: string | undefined): void {
    if (key === undefined) this.#last.clear();
    else this.#last.delete(key);
  }
}
