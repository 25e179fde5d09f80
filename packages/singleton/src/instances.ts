import type { Host, Invocation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { SingletonErrorCode, SingletonOptions } from './contract.js';
import { attempt, disposeOf, settled } from './disposal.js';
import type { Instance } from './instance.js';
import { PendingInstances } from './pending-instances.js';

/** Instances by name, in the order in which they were created. */
export class Instances {
  created = 0;
  failed = 0;
  disposed = 0;
  readonly #instances = new Map<string, Instance>();
  readonly #making = new Set<string>();
  readonly #pending: PendingInstances;

  constructor(host: Host) {
    this.#pending = new PendingInstances(host);
  }

  get size(): number {
    return this.#instances.size;
  }

  get(name: string): Instance | undefined {
    return this.#instances.get(name);
  }

  /** Returns all instances, newest first. */
  all(): readonly Instance[] {
    return [...this.#instances.values()].reverse();
  }

  make(name: string, factory: () => unknown, options: SingletonOptions): unknown {
    if (this.#making.has(name)) {
      const path = [...this.#making, name].join(' → ');
      throw new SugaError<SingletonErrorCode>('FactoryCycle', `singleton: factories need each other: ${path}. Let one of them get the other when it uses it.`);
    }
    this.#making.add(name);
    try {
      const value = factory();
      this.created++;
      const instance = this.put(name, value, options);
      if (isPromise(value)) this.#follow(instance, value);
      return value;
    } catch (error) {
      this.failed++;
      throw error;
    } finally {
      this.#making.delete(name);
    }
  }

  put(name: string, value: unknown, options: SingletonOptions): Instance {
    const instance = { name, value, options };
    // Removing the old one first moves the name to the end of the order.
    this.#drop(this.#instances.get(name));
    this.#instances.set(name, instance);
    return instance;
  }

  isPending(instance: Instance): boolean {
    return this.#pending.has(instance);
  }

  /** Notes that the running invocation waits for an instance, if that is still being created. */
  join(instance: Instance): void {
    this.#pending.join(instance);
  }

  /**
   * Removes instances that the ended invocation started but did not finish, because a freeze may have cut them off. The next caller creates
   * new ones. An instance that is created after all is disposed of when the last invocation that waits for it has ended.
   */
  async leave(invocation: Invocation): Promise<void> {
    const isCurrent = (instance: Instance): boolean => this.#isCurrent(instance);
    for (const { instance, arrived } of this.#pending.leave(invocation, isCurrent, (instance) => this.#forget(instance))) {
      if (arrived) await this.dispose(instance);
      else this.disposeLater(instance);
    }
  }

  /** Removes an instance at once, and disposes of it when it is created. */
  async dispose(instance: Instance): Promise<void> {
    this.#drop(instance);
    const made = await settled(instance.value);
    if (!made) return;
    this.disposed++;
    await disposeOf(made.value, instance.options);
  }

  /** Removes an instance at once, and does not wait for its disposal. */
  disposeLater(instance: Instance): void {
    void attempt(() => this.dispose(instance));
  }

  /** Disposes of all without waiting. Synchronous disposals are done, in order, when this returns. */
  disposeNow(): void {
    for (const instance of new Set([...this.all(), ...this.#pending.all()])) {
      if (isPromise(instance.value)) this.disposeLater(instance);
      else void attempt(() => disposeOf(instance.value, instance.options));
      this.#drop(instance);
    }
  }

  #follow(instance: Instance, value: PromiseLike<unknown>): void {
    this.#pending.begin(instance);
    const failed = (): void => {
      this.failed++;
      this.#drop(instance);
    };
    value.then(() => this.#pending.arrive(instance, this.#isCurrent(instance)), failed);
  }

  #isCurrent(instance: Instance): boolean {
    return this.#instances.get(instance.name) === instance;
  }

  #forget(instance: Instance): void {
    if (this.#isCurrent(instance)) this.#instances.delete(instance.name);
  }

  /** Removes an instance and the note of its waiting invocations. */
  #drop(instance: Instance | undefined): void {
    if (!instance) return;
    this.#forget(instance);
    this.#pending.drop(instance);
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
