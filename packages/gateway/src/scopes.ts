import type { AsyncLocalStorage } from 'node:async_hooks';
import { attempt } from './bundled/run-safely.js';
import type { Entry } from './loading/entry.js';
import type { ChildScope, Invocation, Scope } from './gateway.js';
import { isThenable } from './loading/in-flight.js';

/** Dependencies of `Scopes`: the life cycle around the parts of invocations. */
export interface Around {
  readonly storage: AsyncLocalStorage<Scope>;
  readonly ended: WeakSet<Scope>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Runs parts of invocations. Loaded by the first of them. */
export class Scopes {
  readonly #around: Around;
  /** Parts that have not ended. */
  readonly #open = new WeakMap<Invocation, Set<ChildScope>>();

  constructor(around: Around) {
    this.#around = around;
  }

  run<T>(invocation: Invocation, parent: Scope, work: () => T): T {
    const part: ChildScope = { invocation, parent };
    const open = this.#open.get(invocation) ?? new Set();
    this.#open.set(invocation, open.add(part));
    const succeed = <V>(value: V): V => {
      this.#close(part);
      return value;
    };
    const fail = (error: unknown): never => {
      this.#close(part);
      throw error;
    };
    try {
      const result = this.#around.storage.run(part, work);
      // The promise behind ours: a handler of ours on the original must not hide that nobody looks at its rejection.
      return isThenable(result) ? (Promise.resolve(result).then(succeed, fail) as T) : succeed(result);
    } catch (error) {
      return fail(error);
    }
  }

  /** The invocation ends: so do the parts that are left behind. */
  end(invocation: Invocation): void {
    for (const part of this.#open.get(invocation) ?? []) this.#close(part);
  }

  #close(part: ChildScope): void {
    if (!this.#open.get(part.invocation)?.delete(part)) return;
    const { ended, entries } = this.#around;
    ended.add(part);
    for (const { core } of entries.values()) if (core?.scopeEnded) attempt(() => core.scopeEnded?.(part));
  }
}
