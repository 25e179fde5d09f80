import { SugaError } from '@suga/gateway/errors';
import type { SingletonErrorCode, SingletonOptions } from './contract.js';

/** One thing by its name. */
export interface Instance {
  readonly name: string;
  /** What the factory gave, maybe a promise. */
  readonly value: unknown;
  readonly options: SingletonOptions;
}

/** Instances by name, in the order in which they were made. */
export class Instances {
  created = 0;
  failed = 0;
  disposed = 0;
  readonly #instances = new Map<string, Instance>();
  readonly #making = new Set<string>();

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
      this.put(name, value, options);
      if (isPromise(value)) value.then(undefined, () => this.#forget(name, value));
      return value;
    } catch (error) {
      this.failed++;
      throw error;
    } finally {
      this.#making.delete(name);
    }
  }

  put(name: string, value: unknown, options: SingletonOptions): void {
    // Also its place in the order is that of the new one.
    this.#instances.delete(name);
    this.#instances.set(name, { name, value, options });
  }

  /** Forgets it at once; its disposal follows when it is made. */
  async dispose({ name, value, options }: Instance): Promise<void> {
    if (this.#instances.get(name)?.value === value) this.#instances.delete(name);
    const made = await settled(value);
    if (!made) return;
    this.disposed++;
    await disposeOf(made.value, options);
  }

  /** For an end that cannot wait: what disposes at once is done when this returns, in order. */
  disposeNow(): void {
    for (const instance of this.all()) {
      this.#instances.delete(instance.name);
      if (isPromise(instance.value)) void this.dispose(instance).catch(() => undefined);
      else void attempt(() => disposeOf(instance.value, instance.options));
    }
  }

  #forget(name: string, value: unknown): void {
    this.failed++;
    if (this.#instances.get(name)?.value === value) this.#instances.delete(name);
  }
}

function disposeOf(value: unknown, { dispose }: SingletonOptions): unknown {
  if (dispose) return dispose(value);
  const own = value as { [Symbol.dispose]?(): unknown; [Symbol.asyncDispose]?(): unknown } | null | undefined;
  return own?.[Symbol.asyncDispose]?.() ?? own?.[Symbol.dispose]?.();
}

async function attempt(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // Nobody is there to be told: the gateway lets go of the interface whatever happens.
  }
}

/** What was made, or `undefined` where making it failed: who asked for it has been told. */
async function settled(value: unknown): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await value };
  } catch {
    return undefined;
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
