import type { AsyncLocalStorage } from 'node:async_hooks';
import { runSafely } from './bundled/run-safely.js';
import type { ChildScope, Invocation, Scope } from './gateway.js';
import type { Entry } from './loading/entry.js';
import { isThenable } from './loading/in-flight.js';

/** Dependencies of `Scopes`. */
export interface ScopesDeps {
  readonly storage: AsyncLocalStorage<Scope>;
  readonly ended: WeakSet<Scope>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Runs parts of invocations. Loaded for the first part. */
export class Scopes {
  readonly #deps: ScopesDeps;
  /** Parts that have not ended. */
  readonly #open = new WeakMap<Invocation, Set<ChildScope>>();

  constructor(deps: ScopesDeps) {
    this.#deps = deps;
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
      const result = this.#deps.storage.run(part, work);
      // The caller gets the derived promise. A handler on the original alone would hide an unhandled rejection from Node.
      return isThenable(result) ? (Promise.resolve(result).then(succeed, fail) as T) : succeed(result);
    } catch (error) {
      return fail(error);
    }
  }

  /** Ends the parts of an invocation that are still open. */
  end(invocation: Invocation): void {
    for (const part of this.#open.get(invocation) ?? []) this.#close(part);
  }

  #close(part: ChildScope): void {
    if (!this.#open.get(part.invocation)?.delete(part)) return;
    const { ended, entries } = this.#deps;
    ended.add(part);
    for (const { core } of entries.values()) if (core?.scopeEnded) runSafely(() => core.scopeEnded?.(part));
  }
}
