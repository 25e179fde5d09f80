import type { AsyncLocalStorage } from 'node:async_hooks';
import { attempt, warn } from './attempt.js';
import type { Entry } from './entry.js';
import type { Invocation, InvocationDetails, Middleware } from './gateway.js';

/** Follows the invocations of one gateway. Knows nothing of Lambda, which is only the first host. */
export class LifeCycle {
  active = 0;
  invocations = 0;
  // Also where invocations come one at a time: what an abandoned one still does must not bear the next one's id.
  #storage: AsyncLocalStorage<Invocation> | undefined;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #middleware: readonly Middleware[];

  constructor(entries: ReadonlyMap<string, Entry>, middleware: readonly Middleware[]) {
    this.#entries = entries;
    this.#middleware = middleware;
  }

  current(): Invocation | undefined {
    return this.#storage?.getStore();
  }

  run<T>(details: InvocationDetails, work: (invocation: Invocation) => T | PromiseLike<T>): Promise<T> {
    const invocation: Invocation = { ...details, coldStart: this.invocations === 0, startedAt: Date.now() };
    this.#storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)();
    this.invocations++;
    this.active++;
    return this.#storage.run(invocation, async () => {
      try {
        for (const listener of this.#listeners()) {
          // Where nobody has to wait, the work begins in the same turn.
          const admitted = listener.start?.(invocation);
          if (admitted) await admitted;
        }
        return await work(invocation);
      } finally {
        await this.#end(invocation);
        this.active--;
      }
    });
  }

  routed(request: string): void {
    const invocation = this.current() as { request?: string } & Invocation;
    if (!invocation) return;
    invocation.request = request;
    for (const each of this.#middleware) attempt(() => each.routed?.(invocation));
  }

  /** Takes note of which interfaces have been used since the last boundary. */
  touch(): void {
    const now = Date.now();
    for (const entry of this.#entries.values()) entry.touch(now);
  }

  async #end(invocation: Invocation): Promise<void> {
    for (const listener of this.#listeners()) {
      try {
        await listener.end?.(invocation);
      } catch (error) {
        warn(error);
      }
    }
    this.touch();
  }

  #listeners(): Pick<Middleware, 'start' | 'end'>[] {
    return [...this.#middleware, ...[...this.#entries.values()].flatMap(({ core }) => core ?? [])];
  }
}
