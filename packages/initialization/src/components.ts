import type { Host, Invocation } from '@suga/gateway';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { Component, ComponentState, ComponentStatus, InitializationErrorCode } from './contract.js';

interface Entry {
  readonly run: Component['run'];
  readonly after: readonly string[];
  state: ComponentState;
  promise: Promise<void> | undefined;
  /** Who began it; `undefined` outside of invocations, and for one that had ended already. */
  by: Invocation | undefined;
  /** Which invocations have asked for it while it runs. */
  waiting: WeakSet<Invocation>;
  durationMs: number | undefined;
  error: string | undefined;
}

/** Components by name, each done at most once at a time. */
export class Components {
  readonly #host: Host;
  readonly #entries = new Map<string, Entry>();

  constructor(host: Host) {
    this.#host = host;
  }

  add(name: string, component: Component | Component['run']): void {
    if (typeof name !== 'string' || name === '') throw invalidParam('initialization', 'name', name, 'a string that is not empty');
    const { run, after = [] } = typeof component === 'function' ? { run: component } : (component ?? {});
    if (typeof run !== 'function') throw invalidParam('initialization', `components/${name}`, run, 'a function, or { run, after }');
    if (!Array.isArray(after)) throw invalidParam('initialization', `components/${name}/after`, after, 'an array of names');
    const fresh = { state: 'waiting', promise: undefined, by: undefined, waiting: new WeakSet(), durationMs: undefined, error: undefined } as const;
    this.#entries.set(name, { run, after: [...after], ...fresh });
  }

  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  isDone(name: string): boolean {
    return this.#find(name).state === 'done';
  }

  /** Runs it, after those that it waits for. `waiting` are the ones that wait for it. */
  ensure(name: string, waiting: readonly string[] = []): Promise<void> {
    const entry = this.#find(name);
    const path = [...waiting, name];
    if (waiting.includes(name)) {
      const cycle = path.slice(path.indexOf(name)).join(' → ');
      throw new SugaError<InitializationErrorCode>('ComponentCycle', `initialization: components wait for each other: ${cycle}. Take one "after" out.`);
    }
    for (const before of entry.after) this.#assertOrder(before, path);
    const promise = (entry.promise ??= this.#run(entry, path));
    this.#join(entry, this.#host.invocation());
    return promise;
  }

  /** Its work goes on, but nobody waits for it any more. */
  reset(name?: string): void {
    for (const entry of name === undefined ? this.#entries.values() : [this.#find(name)]) forget(entry);
  }

  /**
   * What an invocation leaves behind unfinished may have died in the freeze: the next one that needs it begins anew. So does
   * what was begun outside of invocations, once one has waited for it in vain: nobody else would ever give it up.
   */
  leave(invocation: Invocation): void {
    for (const entry of this.#entries.values()) {
      const left = entry.by === undefined ? entry.waiting.has(invocation) : entry.by === invocation;
      if (entry.state === 'running' && left) forget(entry);
    }
  }

  status(): Readonly<Record<string, ComponentStatus>> {
    const told = ({ state, durationMs, error }: Entry): ComponentStatus => ({
      state,
      ...(durationMs !== undefined && { durationMs }),
      ...(error !== undefined && { error }),
    });
    return Object.fromEntries(Array.from(this.#entries, ([name, entry]) => [name, told(entry)]));
  }

  /** Who waits for one waits for those before it. */
  #join(entry: Entry, invocation: Invocation | undefined): void {
    if (!invocation || entry.state !== 'running' || entry.waiting.has(invocation)) return;
    entry.waiting.add(invocation);
    for (const before of entry.after) this.#join(this.#find(before), invocation);
  }

  /** Also what is done already must not be part of a circle: it would show only after a reset. */
  #assertOrder(name: string, path: readonly string[]): void {
    if (path.includes(name)) this.ensure(name, path);
    for (const before of this.#find(name).after) this.#assertOrder(before, [...path, name]);
  }

  #run(entry: Entry, path: readonly string[]): Promise<void> {
    const started = Date.now();
    const invocation = this.#host.invocation();
    const current = (): boolean => entry.promise === promise;
    entry.state = 'running';
    entry.by = invocation && !this.#host.hasEnded(invocation) ? invocation : undefined;
    entry.waiting = new WeakSet();
    const work = async (): Promise<void> => {
      await Promise.all(entry.after.map((before) => this.ensure(before, path)));
      await entry.run({ init: invocation === undefined && this.#host.control.stats().invocations === 0, signal: invocation?.signal });
    };
    const promise: Promise<void> = work().then(
      () => {
        if (current()) end(entry, 'done', started);
      },
      (error) => {
        if (current()) end(entry, 'failed', started, error);
        throw error;
      },
    );
    return promise;
  }

  #find(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    const known = this.names().join(', ') || 'none';
    throw new SugaError<InitializationErrorCode>('UnknownComponent', `initialization: there is no component "${String(name).slice(0, 100)}". Known: ${known}.`);
  }
}

function forget(entry: Entry): void {
  entry.state = 'waiting';
  entry.promise = entry.by = entry.durationMs = entry.error = undefined;
}

function end(entry: Entry, state: 'done' | 'failed', started: number, error?: unknown): void {
  entry.state = state;
  entry.durationMs = Math.max(0, Date.now() - started);
  entry.error = state === 'failed' ? (error instanceof Error ? error.message : String(error)) : undefined;
  entry.by = undefined;
  if (state === 'failed') entry.promise = undefined;
}
