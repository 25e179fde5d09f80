import type { ChildScope, Invocation, InvocationDetails, Scope } from './invocation.js';
import type { Facts, Handler, Operation, OperationFacts } from './operation.js';
import type { InterfaceStats, Stats, UnloadResult } from './stats.js';

type Operations<Contract> = { readonly [Name in keyof Contract]-?: OperationFacts<Contract, Name> };

/** The gateway as a core sees it: access to other interfaces and to the running invocation. */
export interface Host {
  /**
   * Returns the facade of another interface, which is loaded when it is called. Call `peer` inside an operation, not while loading; then the
   * order in which interfaces load does not matter.
   * @throws `UnknownInterface` or `NotInstalled`
   */
  peer<Contract extends object>(name: string): Contract;
  /** Whether the gateway has that interface. */
  has(name: string): boolean;
  /** The running invocation, or `undefined` outside of one (INIT, tests, scripts). */
  invocation(): Invocation | undefined;
  /** The innermost scope of the calling code: a record of a batch, else the invocation. It is the key for request state. `undefined` outside of invocations. */
  scope(): Scope | undefined;
  /**
   * Whether a scope has ended. Code may still run in it, because of a promise that was not awaited. No hook will be called for it any more, so
   * do not store anything that a hook would have to write or remove.
   */
  hasEnded(scope: Scope): boolean;
  /** The gateway's controls, for interfaces that are about the gateway itself (diagnostics, preloading). Other interfaces do not need them. */
  readonly control: Control;
}

/** A loaded interface: its operations, and the hooks that it wants to have called. Operations are called without `this`. */
export interface Core<Contract extends object> {
  readonly operations: Contract;
  /** State that an unload would lose, in words (`"12 entries"`), or `undefined` if nothing would be lost. */
  heldState?(): string | undefined;
  /** Called when an invocation starts, but not for the invocation during which the core was loaded. */
  start?(invocation: Invocation): void;
  /** Called when the work of an invocation is done, and awaited before the response is returned. Wait here for work that belongs to the invocation, and flush. */
  end?(invocation: Invocation): void | PromiseLike<void>;
  /**
   * Called when all `end` hooks of an invocation are done and `host.hasEnded` returns true. Awaited before the response is returned.
   * Remove state of the invocation here, and write what other `end` hooks have added.
   */
  ended?(invocation: Invocation): void | PromiseLike<void>;
  /** Called when a part of an invocation has ended (see `Control.runScope`). Not awaited. For a part that is still open when its invocation ends, it is called before the `end` hooks. */
  scopeEnded?(scope: ChildScope): void;
  /** Releases everything: timers, sockets, listeners, entries. */
  [Symbol.dispose]?(): void;
}

/** The definition of an interface: data, and one function that loads its core. It costs almost nothing until the first call. */
export interface Interface<Contract extends object> {
  readonly operations: Operations<Contract>;
  /** Whether the interface is loaded at the end of a cold start even if it was not called. For an interface that counts cold starts. @default false */
  readonly loadOnColdStart?: boolean | undefined;
  /** Loads the core. It is synchronous, so that operations can return plain values. The gateway calls it at the first call, and again after an unload. */
  load(host: Host): Core<Contract>;
}

/** A definition whose contract is not known to the compiler. */
export interface AnyInterface {
  readonly operations: Readonly<Record<string, Facts>>;
  readonly loadOnColdStart?: boolean | undefined;
  load(host: Host): Core<object>;
}

/**
 * Wraps operations when they are bound, not when they are called.
 *
 * The gateway calls `bind` once per operation and uses the function that it returns. Return `next` unchanged to add nothing; such a
 * middleware costs nothing per call. Do not store `next` outside the returned function: a stored reference keeps the unloaded module in
 * memory.
 */
export interface Middleware {
  /** Name in `stats()`. */
  readonly name: string;
  /** Excludes functions. Every function has a `name` and a `bind`, and would pass for a middleware. */
  readonly call?: never | undefined;
  bind?(operation: Operation, next: Handler): Handler;
  /** Called once, when the middleware is added to a gateway. Keep the controls to `rebind` later. */
  attach?(control: Control): void;
  /** Called when an invocation starts, and awaited before its work starts. A failure refuses the invocation. */
  start?(invocation: Invocation): void | PromiseLike<void>;
  /** Called when an invocation ends, whether it succeeded or not, after the interfaces' `end` hooks. Awaited. It is also called if another middleware's `start` failed before this one's. */
  end?(invocation: Invocation): void | PromiseLike<void>;
  /** Called when all `end` hooks of an invocation are done. Awaited. */
  ended?(invocation: Invocation): void | PromiseLike<void>;
  /** Called when the request type is known (`invocation.request`), before the request is handled. */
  routed?(invocation: Invocation): void;
  /** Called before an interface is loaded. */
  loading?(interfaceName: string): void;
  loaded?(interfaceName: string, stats: InterfaceStats): void;
  unloaded?(interfaceName: string): void;
}

/** Undoes the change that returned it. */
export type Undo = () => void;

/** The controls of a gateway, as `control(gateway)` returns them. They are not on the gateway itself, so that they take no interface's name. */
export interface Control {
  /**
   * Calls an operation by name with named parameters, after validating them against the operation's facts. Returns what the operation returns.
   * `remote: true` marks a call that comes from an event; it reaches only operations whose facts say `remote: true`. Any truthy value has this
   * effect, because the value may come from data.
   * @throws `UnknownInterface`, `UnknownOperation`, `InvalidParams`, `NotRemote`
   */
  execute(interfaceName: string, operation: string, params?: object, options?: { readonly remote?: boolean | undefined }): unknown;
  /**
   * Adds an interface, or with `replace` replaces one.
   * @throws `InvalidDefinition`; `InFlight` if the interface to be replaced has calls in flight
   */
  register(name: string, definition: AnyInterface, options?: { readonly replace?: boolean | undefined }): Undo;
  /**
   * Replaces an operation. `replace` gets the original and returns the new function, which may call the original; `() => fake` does without
   * it. `replace` is called once at once, to check its result, and then at each binding. Middleware wraps the new function as before.
   * @throws `InvalidDefinition` if `replace` does not return a function; `UnknownInterface`, `UnknownOperation`
   */
  override(interfaceName: string, operation: string, replace: (original: Handler) => Handler): Undo;
  /** Adds a middleware around those already there. */
  use(middleware: Middleware): Undo;
  /** Binds loaded operations again: all of them, those of one interface, or a single one. */
  rebind(interfaceName?: string, operation?: string): void;
  /** Loads an interface now instead of at its first call. */
  load(interfaceName: string): void;
  /** Unloads an interface and frees its memory. Its next call loads it again. */
  unload(interfaceName: string): UnloadResult;
  /** State that an unload would lose, in the core's words, or `undefined` if nothing would be lost or the interface is not loaded. */
  heldState(interfaceName: string): string | undefined;
  /** Names of all known interfaces. With `auto`, the package of one may turn out not to be installed. */
  names(): readonly string[];
  /** The operation table of an interface. Loads nothing. */
  operations(interfaceName: string): Readonly<Record<string, Facts>>;
  stats(): Stats;
  /** Runs one invocation: start hooks, the work, then the end hooks. All are awaited, and the end hooks run even if the work fails. */
  run<T>(details: InvocationDetails, work: (invocation: Invocation) => T | PromiseLike<T>): Promise<T>;
  /** The running invocation, or `undefined` outside of one. */
  invocation(): Invocation | undefined;
  /** The innermost scope of the calling code: a part of the invocation, else the invocation. */
  scope(): Scope | undefined;
  /** Whether a scope has ended. Data that code adds in it afterwards is not flushed. */
  hasEnded(scope: Scope): boolean;
  /**
   * Runs work as a part of the running invocation, with its own request state (log fields, metric dimensions …), and returns the work's result.
   * The part ends when the work returns, or when its promise settles. `createHandler` does this for every record of a batch.
   * Outside of invocations it just runs the work.
   */
  runScope<T>(work: () => T): T;
  /** Runs work in an existing scope. Use it with the invocation for work that several of its parts share. */
  runIn<T>(scope: Scope, work: () => T): T;
  /** Sets the request type of the running invocation: a route, not a path. `createHandler` calls it. */
  routed(request: string): void;
  /** Unloads every interface that has no calls in flight. */
  [Symbol.dispose](): void;
}
