import type { Host, Invocation } from '@suga/gateway';
import { assertName, assertNames } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { Component, ComponentState, ComponentStatus, InitializationErrorCode } from './contract.js';

interface ComponentEntry {
  readonly run: Component['run'];
  readonly after: readonly string[];
  state: ComponentState;
  promise: Promise<void> | undefined;
  /** The invocation that started the run. It is `undefined` outside of invocations, and if the invocation had already ended. */
  owner: Invocation | undefined;
  /** Invocations that wait for the current run. */
  waiters: WeakSet<Invocation>;
  durationMs: number | undefined;
  error: string | undefined;
}

/** Components by name. Each has at most one run at a time. */
export class Components {
  readonly #host: Host;
  readonly #entries = new Map<string, ComponentEntry>();

  constructor(host: Host) {
    this.#host = host;
  }

  add(name: string, component: Component | Component['run']): void {
    assertName('initialization', 'name', name);
    const { run, after = [] } = typeof component === 'function' ? { run: component } : (component ?? {});
    if (typeof run !== 'function') throw invalidParam('initialization', `components/${name}`, run, 'a function, or { run, after }');
    const initial = { state: 'waiting', promise: undefined, owner: undefined, waiters: new WeakSet(), durationMs: undefined, error: undefined } as const;
    this.#entries.set(name, { run, after: assertNames('initialization', `components/${name}/after`, after), ...initial });
  }

  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  isDone(name: string): boolean {
    return this.#find(name).state === 'done';
  }

  /** Runs a component after those in its `after`, unless it is done. `waiting` has the names of the components that wait for it. */
  ensure(name: string, waiting: readonly string[] = []): Promise<void> {
    const entry = this.#find(name);
    const path = [...waiting, name];
    if (waiting.includes(name)) {
      const cycle = path.slice(path.indexOf(name)).join(' → ');
      throw new SugaError<InitializationErrorCode>('ComponentCycle', `initialization: components wait for each other: ${cycle}. Remove one "after".`);
    }
    for (const before of entry.after) this.#assertOrder(before, path);
    const promise = (entry.promise ??= this.#run(entry, path));
    this.#join(entry, this.#host.invocation());
    return promise;
  }

  /** Resets one component or all. Work in progress continues, but its result is ignored. */
  reset(name?: string): void {
    for (const entry of name === undefined ? this.#entries.values() : [this.#find(name)]) resetEntry(entry);
  }

  /**
   * Resets the unfinished components of an invocation that ends. Their work may have died in the freeze, so the next invocation that needs
   * them starts again. A component that was started outside of invocations is reset when an invocation that waited for it ends. No other
   * event can cancel it.
   */
  abandon(invocation: Invocation): void {
    for (const entry of this.#entries.values()) {
      const isAbandoned = entry.owner === undefined ? entry.waiters.has(invocation) : entry.owner === invocation;
      if (entry.state === 'running' && isAbandoned) resetEntry(entry);
    }
  }

  status(): Readonly<Record<string, ComponentStatus>> {
    const toStatus = ({ state, durationMs, error }: ComponentEntry): ComponentStatus => ({
      state,
      ...(durationMs !== undefined && { durationMs }),
      ...(error !== undefined && { error }),
    });
    return Object.fromEntries(Array.from(this.#entries, ([name, entry]) => [name, toStatus(entry)]));
  }

  /** Adds an invocation to those that wait for a component, and for the components before it. */
  #join(entry: ComponentEntry, invocation: Invocation | undefined): void {
    if (!invocation || entry.state !== 'running' || entry.waiters.has(invocation)) return;
    entry.waiters.add(invocation);
    for (const before of entry.after) this.#join(this.#find(before), invocation);
  }

  /** Looks for a circle of `after`, even among components that are done: there it would appear only after a reset. */
  #assertOrder(name: string, path: readonly string[]): void {
    if (path.includes(name)) this.ensure(name, path);
    for (const before of this.#find(name).after) this.#assertOrder(before, [...path, name]);
  }

  #run(entry: ComponentEntry, path: readonly string[]): Promise<void> {
    const startedAt = Date.now();
    const invocation = this.#host.invocation();
    const isCurrent = (): boolean => entry.promise === promise;
    entry.state = 'running';
    entry.owner = invocation && !this.#host.hasEnded(invocation) ? invocation : undefined;
    entry.waiters = new WeakSet();
    const work = async (): Promise<void> => {
      await Promise.all(entry.after.map((before) => this.ensure(before, path)));
      await entry.run({ init: invocation === undefined && this.#host.control.stats().invocations === 0, signal: invocation?.signal });
    };
    const promise: Promise<void> = work().then(
      () => {
        if (isCurrent()) finish(entry, 'done', startedAt);
      },
      (error) => {
        if (isCurrent()) finish(entry, 'failed', startedAt, error);
        throw error;
      },
    );
    return promise;
  }

  #find(name: string): ComponentEntry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    const known = this.names().join(', ') || 'none';
    throw new SugaError<InitializationErrorCode>('UnknownComponent', `initialization: there is no component "${String(name).slice(0, 100)}". Known: ${known}.`);
  }
}

function resetEntry(entry: ComponentEntry): void {
  entry.state = 'waiting';
  entry.promise = entry.owner = entry.durationMs = entry.error = undefined;
}

function finish(entry: ComponentEntry, state: 'done' | 'failed', startedAt: number, error?: unknown): void {
  entry.state = state;
  entry.durationMs = Math.max(0, Date.now() - startedAt);
  entry.error = state === 'failed' ? (error instanceof Error ? error.message : String(error)) : undefined;
  entry.owner = undefined;
  if (state === 'failed') entry.promise = undefined;
}
