/** LIGS, the Lazy Import Gateway System: loads interfaces ahead of time, and records each load with its cause and duration. */

import type { Control, InterfaceStats } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { Settings } from './config.js';
import type { LoadRecord } from './contract.js';

/** Loads interfaces ahead of time as the settings say, and records every load. */
export class Ligs {
  readonly loads: Map<string, LoadRecord> = new Map();
  readonly #control: Control;
  readonly #settings: Settings;
  /** Heap size in bytes before a load, by interface. Loads may nest. */
  readonly #heapBefore = new Map<string, number>();
  #preloading = false;

  constructor(control: Control, settings: Settings) {
    this.#control = control;
    this.#settings = settings;
  }

  /**
   * Loads interfaces in INIT. Those named in `preload` must exist. Learned ones, or all if loading is not lazy, may have been removed since.
   * @param onLoaded Called with the name of each loaded interface.
   */
  preload(onLoaded: (name: string) => void): void {
    const { lazyLoading, preload, preloadFor, learned } = this.#settings;
    // A misspelt name fails now and not during a request. `operations` throws an error that suggests the right name.
    for (const name of Object.values(preloadFor).flat()) if (!this.#control.names().includes(name)) this.#control.operations(name);
    this.#load(preload, true, onLoaded);
    this.#load(lazyLoading ? learned : this.#control.names(), false, onLoaded);
  }

  /** Loads the interfaces of a request type, when such a request begins. */
  preloadFor(request: string | undefined): void {
    const names = request !== undefined && Object.hasOwn(this.#settings.preloadFor, request) ? this.#settings.preloadFor[request] : undefined;
    if (names) this.#load(names, false);
  }

  loading(name: string): void {
    this.#heapBefore.set(name, process.memoryUsage().heapUsed);
  }

  loaded(name: string, { loadMs }: InterfaceStats): void {
    const before = this.#heapBefore.get(name);
    const invocation = this.#control.invocation();
    const by = this.#preloading ? 'preload' : (invocation?.request ?? invocation?.source ?? (invocation ? 'unknown' : 'outside'));
    const heapDelta = before === undefined ? {} : { heapDelta: process.memoryUsage().heapUsed - before };
    this.loads.set(name, { by, at: Date.now(), loadMs, ...heapDelta });
  }

  #load(names: readonly string[], required: boolean, onLoaded?: (name: string) => void): void {
    this.#preloading = true;
    try {
      for (const name of names) this.#loadOne(name, required, onLoaded);
    } finally {
      this.#preloading = false;
    }
  }

  #loadOne(name: string, required: boolean, onLoaded: ((name: string) => void) | undefined): void {
    try {
      // A loaded interface is already recorded; loading it again would do nothing.
      if (onLoaded && this.loads.has(name)) return;
      if (onLoaded) this.loading(name);
      this.#control.load(name);
      onLoaded?.(name);
    } catch (error) {
      // A learned interface may have been removed since. If one cannot be loaded now, its first call tries again and throws.
      if (!required && (isSugaError(error, 'UnknownInterface') || isSugaError(error, 'NotInstalled'))) return;
      if (!isSugaError(error, 'LoadFailed')) throw error;
      process.emitWarning(error);
    }
  }
}
