import { assertDefinition } from './loading/validate-definition.js';
import { Entry } from './loading/entry.js';
import type {
  AnyInterface,
  Control,
  Handler,
  Host,
  InterfaceStats,
  Invocation,
  InvocationDetails,
  Middleware,
  Scope,
  Stats,
  Undo,
  Unloaded,
} from './gateway.js';
import { faults } from './lazy.js';
import { LifeCycle } from './life-cycle.js';
import type { Slot } from './loading/slot.js';
import { Facades } from './wrappers.js';

/** The open door: `execute`. Most cold starts never need it. */
const door = (): typeof import('./execute/execute.js') => require('./execute/execute.js');

/** Changes of operations while the gateway runs. */
const changes = (): typeof import('./mutations.js') => require('./mutations.js');

/** Interfaces whose definitions are fetched when their name is first used. */
export type Lazy = ReadonlyMap<string, () => AnyInterface>;

/** Who knows every interface of one gateway, and its controls. */
export class Registry implements Control {
  readonly facades: Facades = new Facades((name) => this.#find(name).facade);
  readonly #entries = new Map<string, Entry>();
  readonly #pending: Lazy;
  readonly middleware: Middleware[] = [];
  readonly #life = new LifeCycle(this.#entries, this.middleware);
  readonly loading: string[] = [];

  readonly host: Host = {
    peer: <Contract extends object>(name: string) => this.#find(name).facade as Contract,
    has: (name) => this.#has(name),
    invocation: () => this.#life.current(),
    scope: () => this.#life.scope(),
    hasEnded: (scope) => this.#life.hasEnded(scope),
    control: this,
  };

  constructor(lazy: Lazy) {
    this.#pending = lazy;
    for (const name of lazy.keys()) this.facades.add(name);
  }

  execute(name: string, operation: string, params: object = {}, options?: { readonly remote?: boolean }): unknown {
    const entry = this.#find(name);
    return door().execute(this.#slot(entry, operation), entry.facade, params, Boolean(options?.remote));
  }

  register(name: string, definition: AnyInterface, options?: { readonly replace?: boolean }): Undo {
    const previous = this.#entries.get(name);
    // What is only known by name gives way, whether it has been fetched already or not.
    if (previous && !options?.replace && !this.#pending.has(name)) throw faults().registeredAlready(name);
    assertDefinition(name, definition);
    if (previous) this.#remove(previous);
    const entry = this.#add(name, definition);
    return () => {
      if (this.#entries.get(name) !== entry) return;
      this.#remove(entry);
      if (previous) this.#add(name, previous.definition);
    };
  }

  override(name: string, operation: string, replace: (original: Handler) => Handler): Undo {
    const entry = this.#find(name);
    return changes().override(entry, this.#slot(entry, operation), replace);
  }

  use(middleware: Middleware): Undo {
    return changes().use(this, this.middleware, middleware);
  }

  rebind(name?: string, operation?: string): void {
    for (const entry of name === undefined ? this.#entries.values() : [this.#find(name)]) {
      if (operation === undefined) entry.bindAll();
      else entry.bind(this.#slot(entry, operation));
    }
  }

  load(name: string): void {
    this.#find(name).load();
  }

  unload(name: string): Unloaded {
    return this.#find(name).unload();
  }

  holds(name: string): string | undefined {
    return this.#find(name).core?.holds?.();
  }

  names(): readonly string[] {
    return [...new Set([...this.#entries.keys(), ...this.#pending.keys()])];
  }

  operations(name: string): AnyInterface['operations'] {
    return this.#find(name).definition.operations;
  }

  stats(): Stats {
    this.#life.touch();
    const interfaces: Record<string, InterfaceStats> = {};
    for (const [name, entry] of this.#entries) interfaces[name] = entry.stats();
    const { active, invocations } = this.#life;
    return { active, invocations, interfaces };
  }

  run<T>(details: InvocationDetails, work: (invocation: Invocation) => T | PromiseLike<T>): Promise<T> {
    return this.#life.run(details, work);
  }

  invocation(): Invocation | undefined {
    return this.#life.current();
  }

  scope(): Scope | undefined {
    return this.#life.scope();
  }

  hasEnded(scope: Scope): boolean {
    return this.#life.hasEnded(scope);
  }

  runScope<T>(work: () => T): T {
    return this.#life.runScope(work);
  }

  runIn<T>(scope: Scope, work: () => T): T {
    return this.#life.runIn(scope, work);
  }

  routed(request: string): void {
    this.#life.routed(request);
  }

  [Symbol.dispose](): void {
    for (const entry of this.#entries.values()) entry.unload();
  }

  #has(name: string): boolean {
    try {
      return this.#find(name) !== undefined;
    } catch {
      return false;
    }
  }

  #find(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    const fetch = this.#pending.get(name);
    if (!fetch) throw faults().unknownInterface(name, this.names());
    const definition = fetch();
    assertDefinition(name, definition);
    return this.#add(name, definition);
  }

  #slot({ name, slots }: Entry, operation: string): Slot {
    const slot = slots.get(operation);
    if (!slot) throw faults().unknownOperation(operation, [...slots.keys()], name);
    return slot;
  }

  #add(name: string, definition: AnyInterface): Entry {
    const entry = new Entry(name, definition, this);
    this.#entries.set(name, entry);
    if (!this.#pending.has(name)) this.facades.add(name);
    return entry;
  }

  #remove(entry: Entry): void {
    changes().remove(entry, this.#entries);
    this.facades.remove(entry.name, this.#pending.has(entry.name));
  }
}
