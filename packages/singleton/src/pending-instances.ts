import type { Host, Invocation } from '@suga/gateway';
import type { Instance } from './instance.js';

interface PendingInstance {
  /** The invocation that started it; `undefined` outside of invocations, and if that invocation had already ended. */
  readonly startedBy: Invocation | undefined;
  /** Invocations that got its promise and have not ended. */
  readonly waiting: Set<Invocation | undefined>;
  arrived: boolean;
}

/** An instance that no caller waits for any more, and whether it was created meanwhile. */
interface AbandonedInstance {
  readonly instance: Instance;
  readonly arrived: boolean;
}

/** Instances that are being created, and removed ones that a caller still waits for. */
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

  /** Notes that the running invocation waits for an instance, too. */
  join(instance: Instance): void {
    this.#pending.get(instance)?.waiting.add(this.#current());
  }

  /** Marks an instance as created. A removed one stays here until the invocations that wait for it have ended. */
  arrive(instance: Instance, isCurrent: boolean): void {
    const pending = this.#pending.get(instance);
    if (pending) pending.arrived = true;
    if (isCurrent) this.drop(instance);
  }

  drop(instance: Instance): void {
    this.#pending.delete(instance);
  }

  /** Ends an invocation, and calls `forget` for the instances that it leaves pending. @returns The instances to dispose of. */
  leave(invocation: Invocation, isCurrent: (instance: Instance) => boolean, forget: (instance: Instance) => void): readonly AbandonedInstance[] {
    const abandoned: AbandonedInstance[] = [];
    for (const [instance, { startedBy, waiting, arrived }] of this.#pending) {
      const wasWaiting = waiting.delete(invocation);
      if (wasWaiting && (startedBy === undefined || startedBy === invocation)) forget(instance);
      // Code outside of invocations never ends, so it keeps an instance that it got.
      if (isCurrent(instance) || (waiting.size > 0 && !waiting.has(undefined))) continue;
      this.#pending.delete(instance);
      if (waiting.size === 0) abandoned.push({ instance, arrived });
    }
    return abandoned;
  }

  /** Returns the running invocation; `undefined` after its end, because no hook would follow for work that it still does. */
  #current(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && this.#host.hasEnded(invocation) ? undefined : invocation;
  }
}
