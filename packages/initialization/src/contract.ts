/** Error codes of this interface. Programs can rely on them. */
export type InitializationErrorCode = 'UnknownComponent' | 'ComponentCycle';

/** The argument of a component's `run`. */
export interface ComponentContext {
  /** Whether the component runs before the first invocation, in INIT, where it has more CPU than later. */
  readonly init: boolean;
  /** Signal of the running invocation. Undefined if there is none. */
  readonly signal: AbortSignal | undefined;
}

/** A step that has to be done once per environment before it is used: opening a connection, warming a cache, reading settings. */
export interface Component {
  /** Does the step. If it fails, the next call that needs the component runs it again. */
  readonly run: (context: ComponentContext) => unknown;
  /** Names of components that must be done first. @default [] */
  readonly after?: readonly string[] | undefined;
}

/** Settings of the initialization interface. */
export interface InitializationOptions {
  /** Components that `initialize` runs, by name. A function is short for `{ run }`. @default {} */
  readonly components?: Readonly<Record<string, Component | Component['run']>> | undefined;
  /** Names of interfaces that `initialize` loads first, so that they are loaded in INIT and not in the first call. @default [] */
  readonly preload?: readonly string[] | undefined;
}

export type ComponentState = 'waiting' | 'running' | 'done' | 'failed';

/** Status of a component. */
export interface ComponentStatus {
  readonly state: ComponentState;
  /** Duration of the last finished run in ms. */
  readonly durationMs?: number;
  /** Message of the error, if the component failed. */
  readonly error?: string;
}

/** The result of preloading an interface. */
export interface PreloadResult {
  readonly loaded: boolean;
  /** Load time in ms; 0 if the interface was already loaded. */
  readonly loadMs: number;
  readonly error?: string;
}

/** Status of the whole initialization. */
export interface InitializationStatus {
  /** Whether `initialize` has succeeded. */
  readonly initialized: boolean;
  /** Duration of `initialize` in ms. */
  readonly durationMs?: number;
  readonly components: Readonly<Record<string, ComponentStatus>>;
  readonly preloaded: Readonly<Record<string, PreloadResult>>;
}

/** Facts about this execution environment, as Lambda provides them. Outside of Lambda most are `undefined`. */
export interface EnvironmentInfo {
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly region: string | undefined;
  /** Memory setting in MB. */
  readonly memoryMb: number | undefined;
  /** `on-demand`, `provisioned-concurrency`, `lambda-managed-instances` and so on. */
  readonly initializationType: string | undefined;
  /** Maximum number of invocations that run in this environment at the same time. */
  readonly maxConcurrency: number;
  /** Version of Node without the `v`. */
  readonly nodeVersion: string;
  readonly architecture: string;
}

/**
 * Work that is done once per environment: components, preloading of interfaces, flags. Start it outside of the handler, in INIT: there
 * Lambda gives a function more CPU than in its first call, and bills both alike.
 */
export interface Initialization {
  /** Whether this is a cold start: `true` in INIT and during the first invocation of an environment that was started on demand. */
  isColdStart(): boolean;
  /**
   * Loads the interfaces in `preload` and runs all components. Components that do not wait for each other run at the same time.
   * Everything is done once: later and concurrent calls share the result. The next call repeats what failed, and nothing else.
   * @throws the error of the first component that failed, after all started components have ended
   */
  initialize(): Promise<InitializationStatus>;
  /** Whether `initialize` has succeeded; with a name, whether that component is done. */
  isInitialized(component?: string): boolean;
  /**
   * Runs a component, and before it those in its `after`, unless they are done. If the invocation that started a component ends before the
   * component is done, the next call starts it again. If it was started outside of invocations, this happens when an invocation that waited
   * for it ends.
   * @throws `UnknownComponent`; `ComponentCycle` for a circle of `after`; the error of the component. A circle is not noticed if a `run`
   * itself calls for a component: these components wait for each other until their invocation ends. Use `after` instead.
   */
  ensureInitialized(component: string): Promise<void>;
  /** Adds a component. An existing component of that name is replaced, and the new one is not done yet. */
  addComponent(name: string, component: Component | Component['run']): void;
  /** Loads interfaces now. If one cannot be loaded, its result has an `error`, and the others are still loaded. */
  preload(names: readonly string[]): Readonly<Record<string, PreloadResult>>;
  /** Resets a component to not done; without a name, all components. Flags stay. */
  reset(component?: string): void;
  /** Sets a flag of this environment. Do not use flags for values that belong to one invocation. */
  setFlag(name: string, value: unknown): void;
  /** Returns a flag, or `fallback` if it was never set. */
  getFlag<T = unknown>(name: string): T | undefined;
  getFlag<T>(name: string, fallback: T): T;
  /** Returns the status of the whole initialization. */
  status(): InitializationStatus;
  /** Returns facts about this execution environment. */
  environment(): EnvironmentInfo;
}
