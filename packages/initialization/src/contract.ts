/** What went wrong while initializing, as a word that programs can rely on. */
export type InitializationErrorCode = 'UnknownComponent' | 'ComponentCycle';

/** What a component's work is told. */
export interface ComponentContext {
  /** Whether this runs before the first invocation: in INIT, with more CPU than later. */
  readonly init: boolean;
  /** The running invocation's, where there is one. */
  readonly signal: AbortSignal | undefined;
}

/** Something to be done once in this environment before it is used: a connection, a warm cache, a read of settings. */
export interface Component {
  /** Does it. One that fails is done anew when it is next asked for. */
  readonly run: (context: ComponentContext) => unknown;
  /** Components that must be done before. @default [] */
  readonly after?: readonly string[] | undefined;
}

/** Settings of the initialization. */
export interface InitializationOptions {
  /** What `initialize` does, by name; a function stands for `{ run }`. @default {} */
  readonly components?: Readonly<Record<string, Component | Component['run']>> | undefined;
  /** Names of interfaces that `initialize` loads first, so that INIT pays for them and not the first call. @default [] */
  readonly preload?: readonly string[] | undefined;
}

export type ComponentState = 'waiting' | 'running' | 'done' | 'failed';

/** How far a component is. */
export interface ComponentStatus {
  readonly state: ComponentState;
  /** What it took the last time it ended, in ms. */
  readonly durationMs?: number;
  /** The message of what it failed with. */
  readonly error?: string;
}

/** What became of loading an interface ahead of time. */
export interface PreloadResult {
  readonly loaded: boolean;
  /** What it took, in ms; 0 where it was loaded already. */
  readonly loadMs: number;
  readonly error?: string;
}

/** How far everything is. */
export interface InitializationStatus {
  /** Whether `initialize` has ended well. */
  readonly initialized: boolean;
  /** What it took, in ms. */
  readonly durationMs?: number;
  readonly components: Readonly<Record<string, ComponentStatus>>;
  readonly preloaded: Readonly<Record<string, PreloadResult>>;
}

/** How this environment came to be, as Lambda tells it. Outside of Lambda most of it is `undefined`. */
export interface EnvironmentInfo {
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly region: string | undefined;
  /** The memory setting, in MB. */
  readonly memoryMb: number | undefined;
  /** `on-demand`, `provisioned-concurrency`, `lambda-managed-instances` … */
  readonly initializationType: string | undefined;
  /** How many invocations may run here at the same time. */
  readonly maxConcurrency: number;
  /** Of Node, without the `v`. */
  readonly nodeVersion: string;
  readonly architecture: string;
}

/**
 * What is done once per environment: components, the loading of interfaces, flags. Best begun outside of the handler, in INIT:
 * there Lambda gives a function more CPU than its first call has, and bills both alike.
 */
export interface Initialization {
  /** Whether this is a cold start: `true` in INIT and during the first invocation of an environment that was started on demand. */
  isColdStart(): boolean;
  /**
   * Loads what is to be preloaded and runs all components, those that do not wait for each other at the same time. Once: later and
   * concurrent calls share the outcome. What failed is done anew by the next call, what is done is not.
   * @throws what the first failing component threw, when all that have begun have ended
   */
  initialize(): Promise<InitializationStatus>;
  /** Whether that has ended well; with a name, whether that component has. */
  isInitialized(component?: string): boolean;
  /**
   * Runs a component, and before it those that it waits for, unless they are done. One that is not done when the invocation that
   * began it ends is begun anew by the next call; so is one begun outside of invocations, when one that waited for it ends.
   * @throws `UnknownComponent`; `ComponentCycle` for a circle of `after`; what it throws. A circle that a `run` closes by asking
   * for a component itself is not noticed: they wait for each other until their invocation ends. Say it with `after`.
   */
  ensureInitialized(component: string): Promise<void>;
  /** Adds a component; one of that name is replaced, and has yet to be done. */
  addComponent(name: string, component: Component | Component['run']): void;
  /** Loads interfaces now. One that cannot be loaded does not keep the others: see `error`. */
  preload(names: readonly string[]): Readonly<Record<string, PreloadResult>>;
  /** Forgets that a component is done; without a name, that all are. Flags stay. */
  reset(component?: string): void;
  /** Sets a flag of this environment. Not for what belongs to one invocation. */
  setFlag(name: string, value: unknown): void;
  /** A flag, or `fallback` where it was never set. */
  getFlag<T = unknown>(name: string): T | undefined;
  getFlag<T>(name: string, fallback: T): T;
  /** How far everything is. */
  status(): InitializationStatus;
  /** How this environment came to be. */
  environment(): EnvironmentInfo;
}
