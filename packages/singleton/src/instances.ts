import type { Host, Invocation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { SingletonErrorCode, SingletonOptions } from './contract.js';
import { attempt, disposeOf, settled } from './disposal.js';
import type { Instance } from './instance.js';
import { PendingInstances } from './pending-instances.js';

/** Instances by name, in the order in which they were made. */
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

  /** Newest first. */
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
    // Also its place in the order is that of the new one.
    this.#drop(this.#instances.get(name));
    this.#instances.set(name, instance);
    return instance;
  }

  isPending(instance: Instance): boolean {
    return this.#pending.has(instance);
  }

  /** The running invocation gets it: while it is being made, that matters. */
  join(instance: Instance): void {
    this.#pending.join(instance);
  }

  /**
   * What an invocation leaves behind half made may have died in the freeze: the next to ask makes a new one. What arrives
   * after all is disposed of when the last invocation that waits for it has ended.
   */
  async leave(invocation: Invocation): Promise<void> {
    const isCurrent = (instance: Instance): boolean => this.#isCurrent(instance);
    for (const { instance, arrived } of this.#pending.leave(invocation, isCurrent, (instance) => this.#forget(instance))) {
      if (arrived) await this.dispose(instance);
      else this.disposeLater(instance);
    }
  }

  /** Forgets it at once; its disposal follows when it is made. */
  async dispose(instance: Instance): Promise<void> {
    this.#drop(instance);
    const made = await settled(instance.value);
    if (!made) return;
    this.disposed++;
    await disposeOf(made.value, instance.options);
  }

  /** Forgets it at once, and waits for nothing. */
  disposeLater(instance: Instance): void {
    void attempt(() => this.dispose(instance));
  }

  /** For an end that cannot wait: what disposes at once is done when this returns, in order. */
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

  /** Forgets it, and who waits for it. */
  #drop(instance: Instance | undefined): void {
    if (!instance) return;
    this.#forget(instance);
    this.#pending.drop(instance);
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
