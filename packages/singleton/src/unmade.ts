import type { Host, Invocation } from '@suga/gateway';
import type { Instance } from './instances.js';

interface Making {
  /** Who began it; `undefined` outside of invocations, and for one that had ended already. */
  readonly by: Invocation | undefined;
  /** Who has got its promise and has not ended. */
  readonly users: Set<Invocation | undefined>;
  arrived: boolean;
}

/** One that nobody waits for any more, and whether it has arrived. */
interface Left {
  readonly instance: Instance;
  readonly arrived: boolean;
}

/** Instances that are being made, and those that were forgotten meanwhile and somebody still waits for. */
export class Unmade {
  readonly #makings = new Map<Instance, Making>();
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  has(instance: Instance): boolean {
    return this.#makings.has(instance);
  }

  all(): readonly Instance[] {
    return [...this.#makings.keys()];
  }

  begin(instance: Instance): void {
    const by = this.#current();
    this.#makings.set(instance, { by, users: new Set([by]), arrived: false });
  }

  /** The running invocation gets its promise, too. */
  join(instance: Instance): void {
    this.#makings.get(instance)?.users.add(this.#current());
  }

  /** One that was forgotten stays here until those that wait for it have ended. */
  arrive(instance: Instance, isKept: boolean): void {
    const making = this.#makings.get(instance);
    if (making) making.arrived = true;
    if (isKept) this.drop(instance);
  }

  drop(instance: Instance): void {
    this.#makings.delete(instance);
  }

  /** An invocation has ended: `forget` is called for what it leaves unmade. @returns What is to be disposed of. */
  leave(invocation: Invocation, isKept: (instance: Instance) => boolean, forget: (instance: Instance) => void): readonly Left[] {
    const left: Left[] = [];
    for (const [instance, { by, users, arrived }] of this.#makings) {
      const waited = users.delete(invocation);
      if (waited && (by === undefined || by === invocation)) forget(instance);
      // Code outside of invocations never ends: what it has got stays with it.
      if (isKept(instance) || (users.size > 0 && !users.has(undefined))) continue;
      this.#makings.delete(instance);
      if (users.size === 0) left.push({ instance, arrived });
    }
    return left;
  }

  /** What an invocation still does after its end is nobody's: no end of its own will come. */
  #current(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && this.#host.hasEnded(invocation) ? undefined : invocation;
  }
}
