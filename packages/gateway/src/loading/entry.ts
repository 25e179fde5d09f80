import { runSafely } from '../bundled/run-safely.js';
import { facadeOf } from '../facade.js';
import type { AnyInterface, Core, Handler, Host, InterfaceStats, Middleware, OperationStats, UnloadResult } from '../gateway.js';
import { errors } from '../lazy.js';
import { isThenable, tracked } from './in-flight.js';
import { loadUncached } from './module-cache.js';
import { createSlot, type Slot } from './slot.js';

/** Dependencies of an entry. */
export interface EntryDeps {
  readonly host: Host;
  /** Middleware in the order in which it was added. The last one is the outermost. */
  readonly middleware: readonly Middleware[];
  /** Names of the interfaces that are being loaded now, outermost first. */
  readonly loading: string[];
}

/** One registered interface: not loaded until its first call, then loaded, and not loaded again after an unload. */
export class Entry {
  readonly name: string;
  readonly definition: AnyInterface;
  readonly slots: Map<string, Slot> = new Map();
  core: Core<object> | undefined;
  inFlight = 0;
  readonly #deps: EntryDeps;
  #facade: Readonly<Record<string, Handler>> | undefined;
  #isCodeDropped = false;
  #loads = 0;
  #loadMs = 0;
  #callsSeen = 0;
  #lastUse: number | undefined;

  constructor(name: string, definition: AnyInterface, deps: EntryDeps) {
    this.name = name;
    this.definition = definition;
    this.#deps = deps;
    for (const [operation, facts] of Object.entries(definition.operations)) {
      this.slots.set(operation, createSlot(name, operation, facts));
    }
    this.#makeCold();
  }

  /** The operations as functions. These stay the same when an operation is bound again. */
  get facade(): Readonly<Record<string, Handler>> {
    return (this.#facade ??= facadeOf(this.slots));
  }

  load(): Core<object> {
    const { loading, middleware } = this.#deps;
    // This also holds while the interface is being bound: its core exists by then, but not all of its operations are bound.
    if (loading.includes(this.name)) throw errors().loadCycle(loading, this.name);
    if (this.core) return this.core;
    for (const each of middleware) runSafely(() => each.loading?.(this.name));
    loading.push(this.name);
    // Not `performance`: the first read of that global loads half a dozen of Node's modules (1.5 ms).
    const started = process.hrtime.bigint();
    try {
      const { loaded, isCut } = loadUncached(() => this.definition.load(this.#deps.host));
      this.#assertComplete(loaded);
      this.core = loaded;
      this.#isCodeDropped = isCut;
      this.bindAll();
    } catch (error) {
      runSafely(() => this.#drop());
      throw errors().loadFailed(this.name, error);
    } finally {
      loading.pop();
    }
    this.#loads++;
    this.#loadMs = Number(process.hrtime.bigint() - started) / 1e6;
    for (const each of middleware) runSafely(() => each.loaded?.(this.name, this.stats()));
    return this.core;
  }

  unload(): UnloadResult {
    if (!this.core) return { unloaded: false, reason: 'not loaded' };
    if (this.inFlight > 0) return { unloaded: false, reason: 'in flight' };
    runSafely(() => this.#drop());
    for (const each of this.#deps.middleware) runSafely(() => each.unloaded?.(this.name));
    return { unloaded: true, code: this.#isCodeDropped ? 'dropped' : 'kept' };
  }

  /** Binds all operations again, if the interface is loaded. */
  bindAll(): void {
    if (this.core) for (const slot of this.slots.values()) this.bind(slot);
  }

  bind(slot: Slot): void {
    if (!this.core) return;
    const { facts, name } = slot;
    const bound: string[] = [];
    let fn = (this.core.operations as Record<string, Handler>)[name] as Handler;
    const take = (who: string, next: Handler): void => {
      if (typeof next !== 'function') throw errors().notBound(who, `${this.name}.${name}`, next);
      if (fn !== next) bound.unshift(who);
      fn = next;
    };
    for (const replace of slot.overrides) take('override', replace(fn));
    for (const middleware of this.#deps.middleware) if (middleware.bind) take(middleware.name, middleware.bind(slot, fn));
    // A plain value that comes directly from the core cannot be in flight. Any other result may be.
    slot.fn = bound.length > 0 || (facts.returns ?? 'value') !== 'value' ? tracked(this, facts.returns, fn) : fn;
    slot.bound = bound.length > 0 ? bound : 'direct';
  }

  /** Updates the time of the last use if there were new calls. Called once per invocation instead of per call. */
  noteUse(now: number): void {
    const calls = this.#calls();
    if (calls === this.#callsSeen) return;
    this.#callsSeen = calls;
    this.#lastUse = now;
  }

  stats(): InterfaceStats {
    const operations: Record<string, OperationStats> = {};
    for (const [name, { calls, bound }] of this.slots) operations[name] = { calls, bound };
    return {
      loaded: this.core !== undefined,
      loads: this.#loads,
      loadMs: this.#loadMs,
      calls: this.#calls(),
      lastUse: this.#lastUse,
      inFlight: this.inFlight,
      operations,
    };
  }

  #calls(): number {
    let sum = 0;
    for (const { calls } of this.slots.values()) sum += calls;
    return sum;
  }

  /** Drops the core before it disposes of it, so that the next call loads a new core even if the disposal fails. */
  #drop(): void {
    const { core } = this;
    this.core = undefined;
    this.#makeCold();
    core?.[Symbol.dispose]?.();
  }

  /** Makes the next call of every operation load the interface. */
  #makeCold(): void {
    for (const slot of this.slots.values()) {
      slot.bound = 'cold';
      slot.fn = (...args) => {
        this.load();
        return slot.fn(...args);
      };
    }
  }

  #assertComplete(core: Core<object>): void {
    if (isThenable(core)) throw errors().asyncLoad(this.name);
    const operations = core?.operations as Record<string, unknown> | undefined;
    const missing = [...this.slots.keys()].filter((name) => typeof operations?.[name] !== 'function');
    if (missing.length > 0) throw errors().notFunctions(this.name, missing);
  }
}
