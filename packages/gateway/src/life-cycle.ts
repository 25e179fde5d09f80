import type { AsyncLocalStorage } from 'node:async_hooks';
import { attempt, warn } from './bundled/run-safely.js';
import { startedOnDemand } from './bundled/environment.js';
import type { Entry } from './loading/entry.js';
import type { Invocation, InvocationDetails, Middleware, Scope } from './gateway.js';
import { faults } from './lazy.js';
import type { Scopes } from './scopes.js';

/** Runs parts of invocations, such as the records of a batch; loaded by the first of them. */
const scopes = (): typeof import('./scopes.js') => require('./scopes.js');

type Hooks = Pick<Middleware, 'start' | 'end' | 'ended'>;

/** Follows the invocations of one gateway. Knows nothing of Lambda, which is only the first host. */
export class LifeCycle {
  active = 0;
  invocations = 0;
  // Also where invocations come one at a time: what an abandoned one still does must not bear the next one's id.
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
    if (typeof work !== 'function') return Promise.reject(faults().notWork('run', work));
    const invocation: Invocation = { ...details, coldStart: this.invocations === 0 && startedOnDemand(), startedAt: Date.now() };
    const storage = this.#running();
    this.invocations++;
    this.active++;
    return storage.run(invocation, async () => {
      try {
        for (const listener of [...this.#middleware, ...this.#cores()]) {
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

  runScope<T>(work: () => T): T {
    if (typeof work !== 'function') throw faults().notWork('runScope', work);
    const scope = this.scope();
    if (!scope) return work();
    this.#scopes ??= new (scopes().Scopes)({ storage: this.#running(), ended: this.#ended, entries: this.#entries });
    return this.#scopes.run(invocationOf(scope), scope, work);
  }

  runIn<T>(scope: Scope, work: () => T): T {
    if (typeof work !== 'function') throw faults().notWork('runIn', work);
    return this.#running().run(assertScope('runIn', scope), work);
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
    this.#scopes?.end(invocation);
    if (invocation.coldStart) for (const entry of this.#entries.values()) if (entry.definition.loadOnColdStart) attempt(() => entry.load());
    // Middleware began first and ends last: what it counts for an invocation includes the interfaces' own end.
    await tell('end', [...this.#cores(), ...this.#middleware], invocation);
    this.#ended.add(invocation);
    await tell('ended', [...this.#cores(), ...this.#middleware], invocation);
    this.touch();
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
  throw faults().notAScope(who, scope);
}

const invocationOf = (scope: Scope): Invocation => ('parent' in scope ? scope.invocation : scope);

/** Calls hooks one after the other. A failure becomes a warning of the process: the answer is ready by then and must not be lost. */
async function tell(hook: 'end' | 'ended', listeners: readonly Hooks[], invocation: Invocation): Promise<void> {
  for (const listener of listeners) {
    try {
      const done = listener[hook]?.(invocation);
      if (done) await done;
    } catch (error) {
      warn(error);
    }
  }
}
