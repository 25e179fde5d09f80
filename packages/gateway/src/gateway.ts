/**
 * The contract that the gateway, every interface and every middleware share. Types, and one symbol.
 *
 * An interface is a table of operations and one function that loads what they do. Everything else
 * (facade, named wrappers, validation, remote access, statistics) is derived from that table.
 */

/** A JSON Schema (2020-12) for one value. A parameter's `{}` allows any value, also those JSON cannot hold. */
export type Schema = Readonly<Record<string, unknown>>;

/** What an operation hands back: a plain value, a promise, or something read piece by piece (an iterator, a stream, or the promise of one). */
export type Returns = 'value' | 'promise' | 'stream';

/** How several calls become one call of a batch operation, and how its results are theirs again. */
export interface Fusion {
  /**
   * What the batch operation takes, and what it gives in the same order. `list`: the values of the one parameter; results, an `Error` in the
   * place of one that failed. `record`: the same values, which are texts; an object of results by them. `calls`: `{ operation, params }` of any
   * operations that name this batch, `params` by name, to be done as if one after the other; `{ value }` or `{ error }` each. Such a batch operation
   * is given a second argument, `each(index, outcome)`: it may tell of every outcome there is before the last, so that no call waits for a slower
   * one. What was told first holds. The promise gives all outcomes nevertheless, and who changes them must change those that are told, too.
   */
  readonly form: 'list' | 'record' | 'calls';
  /** The parameter that says what a call is about: calls about the same thing keep their order. @default the first parameter */
  readonly key?: string | undefined;
  /** Whether the call changes what it is about. @default 'read' where the operation is idempotent and `cacheable`, else 'write' */
  readonly effect?: 'read' | 'write' | undefined;
  /** How many calls one batch may hold. @default no limit: the batch operation splits what is too much */
  readonly most?: number | undefined;
  /** How many bytes of parameters, written as JSON, one batch may hold; a call that is larger travels alone. @default no limit, as with `most` */
  readonly mostBytes?: number | undefined;
  /** Whether an idempotent batch that failed as a whole may be done once more in two halves: where one bad call fails all. @default false */
  readonly split?: boolean | undefined;
  /**
   * Whether one batch may hold calls of several invocations: only where they all act with the same rights.
   * Holds for an interface whose fused operations all say so. @default false
   */
  readonly shared?: boolean | undefined;
}

/**
 * What is known of an operation before anything is loaded. Packages that act on further facts add them here:
 * `declare module '@suga/gateway' { interface Facts { cost?: 'low' | 'high' } }`.
 */
export interface Facts {
  /** Parameters by name, in the order of the function's arguments. */
  readonly params: Readonly<Record<string, Schema>>;
  /** Names of the parameters that must be there. @default [] */
  readonly required?: readonly string[] | undefined;
  /** What the call hands back; decides whether it counts as in flight after it returned. @default 'value' */
  readonly returns?: Returns | undefined;
  /** The value (or what the promise resolves to, or one piece of the stream). */
  readonly result?: Schema | undefined;
  /** Whether a second call with the same parameters changes nothing more. @default false */
  readonly idempotent?: boolean | undefined;
  /** The operation of the same interface that does many of these at once. */
  readonly batch?: string | undefined;
  /** How calls of this operation travel in one call of its `batch`, for whoever makes one of many. */
  readonly fusion?: Fusion | undefined;
  /** Whether it must run even while usage is throttled. @default false */
  readonly critical?: boolean | undefined;
  /** Whether its result may be kept and used again for the same parameters. @default false */
  readonly cacheable?: boolean | undefined;
  /** How long it may take, in ms. */
  readonly timeout?: number | undefined;
  /** Whether an event from outside may call it. @default false */
  readonly remote?: boolean | undefined;
  /** One sentence, for people. */
  readonly summary?: string | undefined;
}

type Operations<Contract> = { readonly [Name in keyof Contract]-?: OperationFacts<Contract, Name> };
type Result<Operation> = Operation extends (...args: never) => infer R ? R : never;
type Streamed = AsyncIterable<unknown> | Iterator<unknown> | AsyncIterator<unknown>;
type ReturnsFact<R> = unknown extends R
  ? { readonly returns?: Returns | undefined }
  : [Extract<Awaited<R>, Streamed>] extends [never]
    ? [Extract<R, PromiseLike<unknown>>] extends [never]
      ? { readonly returns?: 'value' | undefined }
      : { readonly returns: 'promise' }
    : { readonly returns: 'stream' };

/** The facts of one operation, checked against the contract: `returns` must be what the function returns, `batch` must exist. */
export type OperationFacts<Contract, Name extends keyof Contract> = Omit<Facts, 'returns' | 'batch'> &
  ReturnsFact<Result<Contract[Name]>> & { readonly batch?: (keyof Contract & string) | undefined };

/** What a core may ask of the gateway it was loaded by. */
export interface Host {
  /**
   * Another interface's facade, looked up by name and loaded when it is called. Ask inside an operation rather than while loading,
   * and the order in which interfaces load never matters.
   * @throws `UnknownInterface` or `NotInstalled`
   */
  peer<Contract extends object>(name: string): Contract;
  /** Whether that interface can be reached. */
  has(name: string): boolean;
  /** The invocation this code runs for; `undefined` outside of one (INIT, tests, scripts). */
  invocation(): Invocation | undefined;
  /** The innermost scope this code runs in: a record of a batch, else the invocation. Request state is kept by it. `undefined` outside of invocations. */
  scope(): Scope | undefined;
  /**
   * Whether a scope is over. Code may still run in it (a promise nobody awaited), but no hook will come for it any more:
   * do not store anything that such a hook would have to write or forget.
   */
  hasEnded(scope: Scope): boolean;
  /** The gateway's controls, for an interface whose subject is the gateway itself (diagnostics, preloading). Others need none of it. */
  readonly control: Control;
}

/** What loading an interface gives: its operations, and what it wants to be told. Operations are called without `this`. */
export interface Core<Contract extends object> {
  readonly operations: Contract;
  /** Why letting go of this core would lose something (`"12 entries"`), or `undefined` if nothing would be lost. */
  holds?(): string | undefined;
  /** An invocation begins. Not called for the one during which the core was loaded. */
  start?(invocation: Invocation): void;
  /** An invocation ends; awaited before the response is given, so it is the place to wait for work that belongs to the invocation, and to flush. */
  end?(invocation: Invocation): void | PromiseLike<void>;
  /**
   * An invocation has ended: every `end` hook is done, and `host.hasEnded` says so. Awaited before the response is given.
   * The place to forget what belongs to the invocation, and to write what other `end` hooks have left.
   */
  ended?(invocation: Invocation): void | PromiseLike<void>;
  /** A part of an invocation has ended (see `Control.runScope`). Not awaited. Called before the `end` hooks for each part that outlives its invocation. */
  scopeEnded?(scope: ChildScope): void;
  /** Gives up everything: timers, sockets, listeners, entries. */
  [Symbol.dispose]?(): void;
}

/** An interface's definition: data, and one function that loads its core. Costs next to nothing until the first call. */
export interface Interface<Contract extends object> {
  readonly operations: Operations<Contract>;
  /** Whether a cold start loads it before it ends, called or not: for an interface that counts cold starts. @default false */
  readonly loadOnColdStart?: boolean | undefined;
  /** Loads the core; synchronous, because an operation returns what it returns. Called once per load, again after an unload. */
  load(host: Host): Core<Contract>;
}

/** A definition whose contract is not known here. */
export interface AnyInterface {
  readonly operations: Readonly<Record<string, Facts>>;
  readonly loadOnColdStart?: boolean | undefined;
  load(host: Host): Core<object>;
}

/** An operation's function with its types erased. */
export type Handler = (...args: unknown[]) => unknown;

/** An operation as a middleware sees it. The object stays the same for the operation's life and may be used as a key. */
export interface Operation {
  readonly interface: string;
  readonly name: string;
  readonly facts: Facts;
  /** How often it has been called. */
  readonly calls: number;
}

/**
 * Changes how operations run. `bind` is called when an operation is bound, not when it is called,
 * and returns the function to use: `next` itself where there is nothing to add, which then costs nothing.
 * `next` belongs to that binding; do not keep it elsewhere, or the core it leads to can never be let go.
 */
export interface Middleware {
  /** Shown in `stats()`. */
  readonly name: string;
  /** No function: every function has a `name` and a `bind` of its own, and would pass for a middleware. */
  readonly call?: never | undefined;
  bind?(operation: Operation, next: Handler): Handler;
  /** Called once, when the gateway takes it in: the way to `rebind` later. */
  attach?(control: Control): void;
  /** An invocation begins. What it returns is awaited before the work begins; a failure refuses the invocation. */
  start?(invocation: Invocation): void | PromiseLike<void>;
  /** An invocation ends, whether it succeeded or not; awaited, and called when the interfaces' `end` hooks are done. Also called where another's failing `start` kept this one's from being called. */
  end?(invocation: Invocation): void | PromiseLike<void>;
  /** An invocation has ended: every `end` hook is done. Awaited. */
  ended?(invocation: Invocation): void | PromiseLike<void>;
  /** The host knows what kind of request it is (`invocation.request`), and has not begun to serve it. */
  routed?(invocation: Invocation): void;
  /** An interface is about to be loaded. */
  loading?(interfaceName: string): void;
  loaded?(interfaceName: string, stats: InterfaceStats): void;
  unloaded?(interfaceName: string): void;
}

/** What the host knows of an invocation; passed to `run`. */
export interface InvocationDetails {
  /** Request id. */
  readonly id: string;
  /** Kind of event (`sqs`, `apigw-v2` …). */
  readonly source?: string | undefined;
  /** When the host will end it, in ms since the epoch. */
  readonly deadline?: number | undefined;
  /** Aborted shortly before the deadline. */
  readonly signal?: AbortSignal | undefined;
  readonly traceId?: string | undefined;
}

/** One invocation. The object is the same for its whole length, and the key for what belongs to all of it (`WeakMap<Invocation, …>`). */
export interface Invocation extends InvocationDetails {
  /**
   * Whether a client waited for the environment to start: the gateway's first invocation, in an environment that was started on demand.
   * Under provisioned concurrency, SnapStart and Managed Instances (`AWS_LAMBDA_INITIALIZATION_TYPE`) no invocation is a cold start.
   */
  readonly coldStart: boolean;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** What kind of request it is, once the host knows: a route (`GET /devices/{id}`). Few different ones, no ids in them. */
  readonly request?: string | undefined;
}

/** A part of an invocation with request state of its own: one record of a batch. Deadline, signal and hooks are the invocation's. */
export interface ChildScope {
  readonly invocation: Invocation;
  /** The scope around it. Request state begins as that of the parent; a change in the child changes nothing in the parent. */
  readonly parent: Scope;
}

/** The owner of request state: an invocation, or a part of one. The key for such state (`WeakMap<Scope, …>`). */
export type Scope = Invocation | ChildScope;

/** How an operation's calls reach its function: not loaded, straight, or through the named middleware (outermost first). */
export type Bound = 'cold' | 'direct' | readonly string[];

export interface OperationStats {
  readonly calls: number;
  readonly bound: Bound;
}

export interface InterfaceStats {
  readonly loaded: boolean;
  /** How often it has been loaded. */
  readonly loads: number;
  /** What the last load took, in ms; 0 before the first. */
  readonly loadMs: number;
  readonly calls: number;
  /** In ms since the epoch, as of the last invocation boundary or `stats()` that saw a new call. */
  readonly lastUse: number | undefined;
  /** Promises, iterators and streams handed out and not finished. */
  readonly inFlight: number;
  readonly operations: Readonly<Record<string, OperationStats>>;
}

export interface Stats {
  /** Invocations running now. */
  readonly active: number;
  readonly invocations: number;
  /** Known interfaces; one that `auto` has not been asked for yet is not among them. */
  readonly interfaces: Readonly<Record<string, InterfaceStats>>;
}

/** What `unload` did. `code` says whether the module itself could be dropped: in a single-file bundle only its state can. */
export type Unloaded =
  | { readonly unloaded: true; readonly code: 'dropped' | 'kept' }
  | { readonly unloaded: false; readonly reason: 'not loaded' | 'in flight' };

/** Takes back what the call did. */
export type Undo = () => void;

/** Stands where an interface has no types in this project. Its hint says what to add. */
export interface TypesMissing<Hint extends string> {
  readonly hint: Hint;
}

/** Names of interfaces, where their contracts are known. */
type InterfaceName<Contracts> = [keyof Contracts & string] extends [never] ? string : keyof Contracts & string;

/** Names of an interface's operations, where its contract is known. */
type OperationName<Contracts, Name> = Name extends keyof Contracts
  ? Contracts[Name] extends TypesMissing<string>
    ? string
    : keyof Contracts[Name] & string
  : string;

/** A gateway's controls; beside the facade, so that no interface name is taken. Reach it with `control(gateway)`. */
export interface Control {
  /**
   * The open door: calls an operation by name with named parameters, validated against its facts.
   * Hands back what the operation returns. `remote: true` says that the call comes from an event: only operations that allow it are reached.
   * So does any other value that counts as true, as it may come from data.
   * @throws `UnknownInterface`, `UnknownOperation`, `InvalidParams`, `NotRemote`
   */
  execute(interfaceName: string, operation: string, params?: object, options?: { readonly remote?: boolean | undefined }): unknown;
  /**
   * Adds an interface, or with `replace` puts it in another's place.
   * @throws `InvalidDefinition`; `InFlight` where the one to be replaced is at work
   */
  register(name: string, definition: AnyInterface, options?: { readonly replace?: boolean | undefined }): Undo;
  /**
   * Puts a function in an operation's place. `replace` makes it, and may have it call the original; it is called at once, to see what it
   * gives, and at each binding. Middleware applies to the new function as before. In place of the original altogether: `() => fake`.
   * @throws `InvalidDefinition` if `replace` gives no function; `UnknownInterface`, `UnknownOperation`
   */
  override(interfaceName: string, operation: string, replace: (original: Handler) => Handler): Undo;
  /** Adds a middleware outside of those already there. */
  use(middleware: Middleware): Undo;
  /** Binds warm operations anew: all, one interface's, or one. */
  rebind(interfaceName?: string, operation?: string): void;
  /** Loads an interface now instead of at its first call. */
  load(interfaceName: string): void;
  /** Gives an interface's memory back; its next call loads it again. */
  unload(interfaceName: string): Unloaded;
  /** Why unloading would lose something, as the core says; `undefined` if nothing, or if it is not loaded. */
  holds(interfaceName: string): string | undefined;
  /** Names of all interfaces that are known; with `auto`, one of them may turn out not to be installed. */
  names(): readonly string[];
  /** An interface's operation table; loads nothing. */
  operations(interfaceName: string): Readonly<Record<string, Facts>>;
  stats(): Stats;
  /** Runs one invocation: start hooks, the work, end hooks (awaited), also when the work fails. */
  run<T>(details: InvocationDetails, work: (invocation: Invocation) => T | PromiseLike<T>): Promise<T>;
  /** The invocation that the calling code runs for. */
  invocation(): Invocation | undefined;
  /** The innermost scope that the calling code runs in: a part of the invocation, else the invocation. */
  scope(): Scope | undefined;
  /** Whether a scope is over: nothing that code still does in it will be flushed. */
  hasEnded(scope: Scope): boolean;
  /**
   * Runs work as a part of the running invocation, with request state of its own (log fields, metric dimensions …), and returns what it returns.
   * The part ends when the work has returned, or its promise has settled. `createHandler` does it for every record of a batch.
   * Outside of invocations it only runs the work.
   */
  runScope<T>(work: () => T): T;
  /** Runs work in a scope that exists: what several parts have in common belongs to their invocation. */
  runIn<T>(scope: Scope, work: () => T): T;
  /** The host's word for the kind of request that the running invocation serves: a route, not a path. */
  routed(request: string): void;
  /** Unloads everything that is not at work. */
  [Symbol.dispose](): void;
}

/** The controls of a gateway whose contracts are known: names are those that there are. */
export interface TypedControl<Contracts extends object> extends Control {
  override<Name extends InterfaceName<Contracts>>(
    interfaceName: Name,
    operation: OperationName<Contracts, Name>,
    replace: (original: Handler) => Handler,
  ): Undo;
}

/** Where a gateway keeps its controls; the same symbol in every copy of this file. */
export const CONTROL: unique symbol = Symbol.for('suga.control');

/** Anything that has a gateway's controls. */
export interface Controlled {
  readonly [CONTROL]: Control;
}

/** A gateway: one facade per interface, with the interface's own contract as its type. */
export type Gateway<Contracts extends object = object> = Readonly<Contracts> & Controlled;

/**
 * Interfaces that `@suga/gateway/auto` has types for. Every interface package adds itself:
 * `declare module '@suga/gateway' { interface Interfaces { cache: Cache } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by augmentation
export interface Interfaces {}
