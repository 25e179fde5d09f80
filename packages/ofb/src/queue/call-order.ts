import type { Call } from './call.js';

/** Unfinished calls with the same key. */
interface PendingByKey {
  /** The last write. */
  write: Call | undefined;
  /** Reads after that write. Some may be done already. */
  reads: Call[];
  open: number;
}

/** Time in ms after which a call without a result no longer blocks others, because the result may never come. */
const LOST = 5000;

/** Whether later calls have to wait for this call. */
export const holds = ({ isDone, batch }: Call): boolean => !isDone && (!batch || batch.sentAt === 0 || Date.now() - batch.sentAt < LOST);

/**
 * Decides which earlier calls a new call must wait for:
 * - A read waits for the last write of the same key.
 * - A write waits for the last write of the same key, and for the reads after that write.
 * - A call without a key is a barrier: it waits for all earlier calls, and all later calls wait for it.
 *
 * A call only waits for calls that were made before it, so there are no circles.
 */
export class CallOrder {
  readonly #keys = new Map<string, PendingByKey>();
  #barrier: Call | undefined;
  /** Calls since the last barrier. Some may be done already. */
  #since: Call[] = [];
  #open = 0;

  /** Adds a call and returns the calls that it must wait for. */
  add(call: Call): Call[] {
    call.isOrdered = true;
    const blockers = call.key === undefined ? this.#since.filter(holds) : this.#join(call, call.key);
    if (this.#barrier) blockers.push(this.#barrier);
    this.#open++;
    if (call.key === undefined) {
      this.#barrier = call;
      this.#since = [];
    } else {
      // A queue that is never idle must not collect calls that are done.
      if (this.#since.length > 2 * this.#open + 16) this.#since = this.#since.filter(isOpen);
      this.#since.push(call);
    }
    return blockers;
  }

  /** Returns the calls that a prefetched read must wait for. Later calls do not wait for that read. */
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
