import type { Call } from './call.js';

/** Unfinished calls about one thing. */
interface PendingByKey {
  /** The last write. */
  write: Call | undefined;
  /** Reads after it, some of them done already. */
  reads: Call[];
  open: number;
}

/** What has not answered for so long after it was sent, in ms, holds nothing back any more: the answer may never come. */
const LOST = 5000;

/** Whether others have to wait for a call. */
export const holds = ({ isDone, batch }: Call): boolean => !isDone && (!batch || batch.sentAt === 0 || Date.now() - batch.sentAt < LOST);

/**
 * Who must wait for whom: a read for the last write of the same key, a write for that and for the reads behind it, a call without a key for
 * everything before it, and everything after that one for it. Whoever is waited for was called earlier, so nobody waits in a circle.
 */
export class CallOrder {
  readonly #keys = new Map<string, PendingByKey>();
  #barrier: Call | undefined;
  /** Calls since the last barrier, some of them done already. */
  #since: Call[] = [];
  #open = 0;

  /** Gives the calls that it must wait for. */
  add(call: Call): Call[] {
    call.isOrdered = true;
    const blockers = call.key === undefined ? this.#since.filter(holds) : this.#join(call, call.key);
    if (this.#barrier) blockers.push(this.#barrier);
    this.#open++;
    if (call.key === undefined) {
      this.#barrier = call;
      this.#since = [];
    } else {
      // What is never idle must not gather what has been answered long ago.
      if (this.#since.length > 2 * this.#open + 16) this.#since = this.#since.filter(isOpen);
      this.#since.push(call);
    }
    return blockers;
  }

  /** What a read must wait for that nobody has to wait for. */
  before(key: string): Call[] {
    return [this.#keys.get(key)?.write, this.#barrier].filter((call) => call !== undefined && holds(call)) as Call[];
  }

  done(call: Call): void {
    if (!call.isOrdered) return;
    this.#open--;
    if (this.#barrier === call) this.#barrier = undefined;
    if (call.key === undefined) return;
    const pending = this.#keys.get(call.key);
    if (pending && --pending.open === 0) this.#keys.delete(call.key);
  }

  #join(call: Call, key: string): Call[] {
    const pending = this.#keys.get(key);
    const isRead = call.plan.effect === 'read';
    if (!pending) {
      this.#keys.set(key, isRead ? { write: undefined, reads: [call], open: 1 } : { write: call, reads: [], open: 1 });
      return [];
    }
    pending.open++;
    const { write, reads } = pending;
    if (isRead) {
      if (reads.length > 2 * pending.open + 16) pending.reads = reads.filter(isOpen);
      pending.reads.push(call);
    } else {
      pending.write = call;
      pending.reads = [];
    }
    const blockers = isRead ? [] : reads.filter(holds);
    if (write && holds(write)) blockers.push(write);
    return blockers;
  }
}

const isOpen = ({ isDone }: Call): boolean => !isDone;
