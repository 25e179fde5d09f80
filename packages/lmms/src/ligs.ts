/** LIGS, the Lazy Import Gateway System: what is loaded when, by whom, and what it took. */

import type { Control, InterfaceStats } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { Settings } from './config.js';
import type { LoadRecord } from './contract.js';

/** Loads ahead of time what the settings say, and keeps account of every load. */
export class Ligs {
  readonly loads: Map<string, LoadRecord> = new Map();
  readonly #control: Control;
  readonly #settings: Settings;
  /** Of the interface that is being loaded; loads may nest. */
  readonly #heapBefore = new Map<string, number>();
  #preloading = false;

  constructor(control: Control, settings: Settings) {
    this.#control = control;
    this.#settings = settings;
  }

  /**
   * In INIT: the named ones must be there; learned ones, and all of them where nothing is lazy, may have gone since.
   * @param onLoaded Told of each that has been loaded.
   */
  preload(onLoaded: (name: string) => void): void {
    const { lazyLoading, preload, preloadFor, learned } = this.#settings;
    // A misspelt one shows now, and not in the middle of a request. `operations` says what was meant.
    for (const name of Object.values(preloadFor).flat()) if (!this.#control.names().includes(name)) this.#control.operations(name);
    this.#load(preload, true, onLoaded);
    this.#load(lazyLoading ? learned : this.#control.names(), false, onLoaded);
  }

  /** When a request of that type begins. */
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
      // What was there before has been noted; loading it again would do nothing.
      if (onLoaded && this.loads.has(name)) return;
      if (onLoaded) this.loading(name);
      this.#control.load(name);
      onLoaded?.(name);
    } catch (error) {
      // What was only learned may have gone since; and what cannot be loaded now says so again at its first call.
      if (!required && (isSugaError(error, 'UnknownInterface') || isSugaError(error, 'NotInstalled'))) return;
      if (!isSugaError(error, 'LoadFailed')) throw error;
      process.emitWarning(error);
    }
  }
}
