import type { Host, Invocation } from '@suga/gateway';
import type { Instance } from './instance.js';

interface PendingInstance {
  /** Who began it; `undefined` outside of invocations, and for one that had ended already. */
  readonly startedBy: Invocation | undefined;
  /** Who has got its promise and has not ended. */
  readonly waiting: Set<Invocation | undefined>;
  arrived: boolean;
}

/** One that nobody waits for any more, and whether it has arrived. */
interface AbandonedInstance {
  readonly instance: Instance;
  readonly arrived: boolean;
}

/** Instances that are being made, and those that were forgotten meanwhile and somebody still waits for. */
export class PendingInstances {
  readonly #pending = new Map<Instance, PendingInstance>();
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  has(instance: Instance): boolean {
    return this.#pending.has(instance);
  }

  all(): readonly Instance[] {
    return [...this.#pending.keys()];
  }

  begin(instance: Instance): void {
    const startedBy = this.#current();
    this.#pending.set(instance, { startedBy, waiting: new Set([startedBy]), arrived: false });
  }

  /** The running invocation gets its promise, too. */
  join(instance: Instance): void {
    this.#pending.get(instance)?.waiting.add(this.#current());
  }

  /** One that was forgotten stays here until those that wait for it have ended. */
  arrive(instance: Instance, isCurrent: boolean): void {
    const pending = this.#pending.get(instance);
    if (pending) pending.arrived = true;
    if (isCurrent) this.drop(instance);
  }

  drop(instance: Instance): void {
    this.#pending.delete(instance);
  }

  /** An invocation has ended: `forget` is called for what it leaves pending. @returns What is to be disposed of. */
  leave(invocation: Invocation, isCurrent: (instance: Instance) => boolean, forget: (instance: Instance) => void): readonly AbandonedInstance[] {
    const abandoned: AbandonedInstance[] = [];
    for (const [instance, { startedBy, waiting, arrived }] of this.#pending) {
      const wasWaiting = waiting.delete(invocation);
      if (wasWaiting && (startedBy === undefined || startedBy === invocation)) forget(instance);
      // Code outside of invocations never ends: what it has got stays with it.
      if (isCurrent(instance) || (waiting.size > 0 && !waiting.has(undefined))) continue;
      this.#pending.delete(instance);
      if (waiting.size === 0) abandoned.push({ instance, arrived });
    }
    return abandoned;
  }

  /** What an invocation still does after its end is nobody's: no end of its own will come. */
  #current(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && this.#host.hasEnded(invocation) ? undefined : invocation;
  }
}
