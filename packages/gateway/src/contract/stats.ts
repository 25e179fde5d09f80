/** How calls of an operation reach its function: not loaded yet, directly, or through the named middleware (outermost first). */
export type Binding = 'cold' | 'direct' | readonly string[];

export interface OperationStats {
  readonly calls: number;
  readonly bound: Binding;
}

export interface InterfaceStats {
  readonly loaded: boolean;
  /** Number of loads so far. */
  readonly loads: number;
  /** Duration of the last load in ms. 0 before the first load. */
  readonly loadMs: number;
  readonly calls: number;
  /** Time of the last use, in ms since the epoch. It is updated at the start and end of invocations and by `stats()`, not by each call. */
  readonly lastUse: number | undefined;
  /** Number of returned promises, iterators and streams that are not finished. */
  readonly inFlight: number;
  readonly operations: Readonly<Record<string, OperationStats>>;
}

export interface Stats {
  /** Number of invocations that are running now. */
  readonly active: number;
  readonly invocations: number;
  /** Statistics by interface name. An interface of `@suga/gateway/auto` appears once it has been used. */
  readonly interfaces: Readonly<Record<string, InterfaceStats>>;
}

/** The result of `unload`. `code` says whether the module itself was dropped. In a single-file bundle only its state can be dropped. */
export type UnloadResult =
  | { readonly unloaded: true; readonly code: 'dropped' | 'kept' }
  | { readonly unloaded: false; readonly reason: 'not loaded' | 'in flight' };
