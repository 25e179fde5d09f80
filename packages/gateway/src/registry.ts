import { Facades } from './facade.js';
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
  UnloadResult,
} from './gateway.js';
import { errors } from './lazy.js';
import { LifeCycle } from './life-cycle.js';
import { Entry } from './loading/entry.js';
import type { Slot } from './loading/slot.js';
import { assertDefinition } from './loading/validate-definition.js';

/** Calls by name with validation. Loaded for the first `execute`; most cold starts do not need it. */
const executeModule = (): typeof import('./execute/execute.js') => require('./execute/execute.js');

/** Changes of operations while the gateway runs. Loaded for the first of them. */
const mutations = (): typeof import('./mutations.js') => require('./mutations.js');

/** Interfaces whose definitions are loaded when their name is first used. */
export type Lazy = ReadonlyMap<string, () => AnyInterface>;

/** All interfaces of one gateway, and its controls. */
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
    return executeModule().execute(this.#slot(entry, operation), entry.facade, params, Boolean(options?.remote));
  }

  register(name: string, definition: AnyInterface, options?: { readonly replace?: boolean }): Undo {
    const previous = this.#entries.get(name);
    // An interface of which only the name was given may be replaced, even if its definition has been loaded since.
    if (previous && !options?.replace && !this.#pending.has(name)) throw errors().alreadyRegistered(name);
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
    return mutations().override(entry, this.#slot(entry, operation), replace);
  }

  use(middleware: Middleware): Undo {
    return mutations().use(this, this.middleware, middleware);
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

  unload(name: string): UnloadResult {
    return this.#find(name).unload();
  }

  heldState(name: string): string | undefined {
    return this.#find(name).core?.heldState?.();
  }

  names(): readonly string[] {
    return [...new Set([...this.#entries.keys(), ...this.#pending.keys()])];
  }

  operations(name: string): AnyInterface['operations'] {
    return this.#find(name).definition.operations;
  }

  stats(): Stats {
    this.#life.noteUse();
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
    if (!fetch) throw errors().unknownInterface(name, this.names());
    const definition = fetch();
    assertDefinition(name, definition);
    return this.#add(name, definition);
  }

  #slot({ name, slots }: Entry, operation: string): Slot {
    const slot = slots.get(operation);
    if (!slot) throw errors().unknownOperation(operation, [...slots.keys()], name);
    return slot;
  }

  #add(name: string, definition: AnyInterface): Entry {
    const entry = new Entry(name, definition, this);
    this.#entries.set(name, entry);
    if (!this.#pending.has(name)) this.facades.add(name);
    return entry;
  }

  #remove(entry: Entry): void {
    mutations().remove(entry, this.#entries);
    this.facades.remove(entry.name, this.#pending.has(entry.name));
  }
}
