import { attempt } from '../bundled/run-safely.js';
import type { AnyInterface, Core, Handler, Host, InterfaceStats, Middleware, OperationStats, Unloaded } from '../gateway.js';
import { isThenable, tracked } from './in-flight.js';
import { faults } from '../lazy.js';
import { loadCut } from './module-cache.js';
import { createSlot, type Slot } from './slot.js';
import { facadeOf } from '../wrappers.js';

/** What an entry needs of the gateway around it. */
export interface Surroundings {
  readonly host: Host;
  /** In the order they were added: the last is the outermost. */
  readonly middleware: readonly Middleware[];
  /** Names of the interfaces that are loading now, outermost first. */
  readonly loading: string[];
}

/** One registered interface: cold until its first call, then warm, and cold again after an unload. */
export class Entry {
  readonly name: string;
  readonly definition: AnyInterface;
  readonly slots: Map<string, Slot> = new Map();
  core: Core<object> | undefined;
  inFlight = 0;
  readonly #around: Surroundings;
  #facade: Readonly<Record<string, Handler>> | undefined;
  #codeCut = false;
  #loads = 0;
  #loadMs = 0;
  #callsSeen = 0;
  #lastUse: number | undefined;

  constructor(name: string, definition: AnyInterface, around: Surroundings) {
    this.name = name;
    this.definition = definition;
    this.#around = around;
    for (const [operation, facts] of Object.entries(definition.operations)) {
      this.slots.set(operation, createSlot(name, operation, facts));
    }
    this.#cool();
  }

  /** The operations as functions that stay the same, whatever they are bound to. */
  get facade(): Readonly<Record<string, Handler>> {
    return (this.#facade ??= facadeOf(this.slots));
  }

  load(): Core<object> {
    const { loading, middleware } = this.#around;
    // Also while it is being bound: its core is there by then, but not all of its operations are.
    if (loading.includes(this.name)) throw faults().loadCycle(loading, this.name);
    if (this.core) return this.core;
    for (const each of middleware) attempt(() => each.loading?.(this.name));
    loading.push(this.name);
    // Not `performance`: reading that global for the first time loads half a dozen of Node's modules (1.5 ms).
    const started = process.hrtime.bigint();
    try {
      const { loaded, cut } = loadCut(() => this.definition.load(this.#around.host));
      this.#assertComplete(loaded);
      this.core = loaded;
      this.#codeCut = cut;
      this.bindAll();
    } catch (error) {
      attempt(() => this.#drop());
      throw faults().loadFailed(this.name, error);
    } finally {
      loading.pop();
    }
    this.#loads++;
    this.#loadMs = Number(process.hrtime.bigint() - started) / 1e6;
    for (const each of middleware) attempt(() => each.loaded?.(this.name, this.stats()));
    return this.core;
  }

  unload(): Unloaded {
    if (!this.core) return { unloaded: false, reason: 'not loaded' };
    if (this.inFlight > 0) return { unloaded: false, reason: 'in flight' };
    attempt(() => this.#drop());
    for (const each of this.#around.middleware) attempt(() => each.unloaded?.(this.name));
    return { unloaded: true, code: this.#codeCut ? 'dropped' : 'kept' };
  }

  /** Binds what is warm anew. */
  bindAll(): void {
    if (this.core) for (const slot of this.slots.values()) this.bind(slot);
  }

  bind(slot: Slot): void {
    if (!this.core) return;
    const { facts, name } = slot;
    const bound: string[] = [];
    let fn = (this.core.operations as Record<string, Handler>)[name] as Handler;
    const take = (who: string, next: Handler): void => {
      if (typeof next !== 'function') throw faults().notBound(who, `${this.name}.${name}`, next);
      if (fn !== next) bound.unshift(who);
      fn = next;
    };
    for (const replace of slot.overrides) take('override', replace(fn));
    for (const middleware of this.#around.middleware) if (middleware.bind) take(middleware.name, middleware.bind(slot, fn));
    // A value that comes straight from the core cannot be in flight; anything else may be.
    slot.fn = bound.length > 0 || (facts.returns ?? 'value') !== 'value' ? tracked(this, facts.returns, fn) : fn;
    slot.bound = bound.length > 0 ? bound : 'direct';
  }

  /** Takes note that the interface was used, once per invocation instead of per call. */
  touch(now: number): void {
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

  /** Drops the core, and only then has it disposed: whatever that does, the next call loads a new one. */
  #drop(): void {
    const { core } = this;
    this.core = undefined;
    this.#cool();
    core?.[Symbol.dispose]?.();
  }

  /** Every slot loads at its next call. */
  #cool(): void {
    for (const slot of this.slots.values()) {
      slot.bound = 'cold';
      slot.fn = (...args) => {
        this.load();
        return slot.fn(...args);
      };
    }
  }

  #assertComplete(core: Core<object>): void {
    if (isThenable(core)) throw faults().asyncLoad(this.name);
    const operations = core?.operations as Record<string, unknown> | undefined;
    const missing = [...this.slots.keys()].filter((name) => typeof operations?.[name] !== 'function');
    if (missing.length > 0) throw faults().notFunctions(this.name, missing);
  }
}
