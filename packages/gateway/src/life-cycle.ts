import type { AsyncLocalStorage } from 'node:async_hooks';
import { startedOnDemand } from './bundled/environment.js';
import { runSafely, warn } from './bundled/run-safely.js';
import type { Invocation, InvocationDetails, Middleware, Scope } from './gateway.js';
import { errors } from './lazy.js';
import type { Entry } from './loading/entry.js';
import type { Scopes } from './scopes.js';

/** Runs parts of invocations, such as the records of a batch. Loaded for the first part. */
const scopes = (): typeof import('./scopes.js') => require('./scopes.js');

type Hooks = Pick<Middleware, 'start' | 'end' | 'ended'>;

/** Runs the invocations of one gateway. It knows nothing about Lambda, so that tests and other hosts can use it as well. */
export class LifeCycle {
  active = 0;
  invocations = 0;
  // Needed even if invocations never overlap: work left over from an abandoned one must not run under the next one's id.
  #storage: AsyncLocalStorage<Scope> | undefined;
  #scopes: Scopes | undefined;
  readonly #ended = new WeakSet<Scope>();
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #middleware: readonly Middleware[];

  constructor(entries: ReadonlyMap<string, Entry>, middleware: readonly Middleware[]) {
    this.#entries = entries;
    this.#middleware = middleware;
  }

  scope(): Scope | undefined {
    return this.#storage?.getStore();
  }

  current(): Invocation | undefined {
    const scope = this.scope();
    return scope && invocationOf(scope);
  }

  hasEnded(scope: Scope): boolean {
    return this.#ended.has(assertScope('hasEnded', scope)) || this.#ended.has(invocationOf(scope));
  }

  run<T>(details: InvocationDetails, work: (invocation: Invocation) => T | PromiseLike<T>): Promise<T> {
    if (typeof work !== 'function') return Promise.reject(errors().notWork('run', work));
    const invocation: Invocation = { ...details, coldStart: this.invocations === 0 && startedOnDemand(), startedAt: Date.now() };
    const storage = this.#running();
    this.invocations++;
    this.active++;
    return storage.run(invocation, async () => {
      try {
        for (const listener of [...this.#middleware, ...this.#cores()]) {
          // Without a promise to wait for, the work starts in the same turn of the event loop.
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

  runScope<T>(work: () => T): T {
    if (typeof work !== 'function') throw errors().notWork('runScope', work);
    const scope = this.scope();
    if (!scope) return work();
    this.#scopes ??= new (scopes().Scopes)({ storage: this.#running(), ended: this.#ended, entries: this.#entries });
    return this.#scopes.run(invocationOf(scope), scope, work);
  }

  runIn<T>(scope: Scope, work: () => T): T {
    if (typeof work !== 'function') throw errors().notWork('runIn', work);
    return this.#running().run(assertScope('runIn', scope), work);
  }

  routed(request: string): void {
    const invocation = this.current() as { request?: string } & Invocation;
    if (!invocation) return;
    invocation.request = request;
    for (const each of this.#middleware) runSafely(() => each.routed?.(invocation));
  }

  /** Updates the time of the last use of every interface that was called since the last check. */
  noteUse(): void {
    const now = Date.now();
    for (const entry of this.#entries.values()) entry.noteUse(now);
  }

  async #end(invocation: Invocation): Promise<void> {
    this.#scopes?.end(invocation);
    if (invocation.coldStart) for (const entry of this.#entries.values()) if (entry.definition.loadOnColdStart) runSafely(() => entry.load());
    // Middleware starts first and ends last, so that its counts for an invocation include the interfaces' own end hooks.
    await callHooks('end', [...this.#cores(), ...this.#middleware], invocation);
    this.#ended.add(invocation);
    await callHooks('ended', [...this.#cores(), ...this.#middleware], invocation);
    this.noteUse();
  }

  #running(): AsyncLocalStorage<Scope> {
    return (this.#storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)());
  }

  #cores(): Hooks[] {
    return [...this.#entries.values()].flatMap(({ core }) => core ?? []);
  }
}

function assertScope(who: string, scope: Scope): Scope {
  if (typeof scope === 'object' && scope !== null) return scope;
  throw errors().notAScope(who, scope);
}

const invocationOf = (scope: Scope): Invocation => ('parent' in scope ? scope.invocation : scope);

/** Calls hooks one after the other. A failure becomes a process warning, because the response is ready by then and must not be lost. */
async function callHooks(hook: 'end' | 'ended', listeners: readonly Hooks[], invocation: Invocation): Promise<void> {
  for (const listener of listeners) {
    try {
      const done = listener[hook]?.(invocation);
      if (done) await done;
    } catch (error) {
      warn(error);
    }
  }
}
