/** LUGS, the Lazy Unload Gateway System: unloads idle interfaces. */

import type { Control } from '@suga/gateway';
import type { Settings } from './config.js';
import type { UnloadDecision, UnloadRefusal } from './contract.js';
import { MemoryPressure } from './memory-pressure.js';

/**
 * Minimum time in ms between two checks by time, and before the first. Building statistics costs too much to do it after every invocation.
 * A cold start is spared it, and the loading of `node:v8`, which tells the heap's limit.
 */
const CHECK_INTERVAL = 1000;

/** Facts about an interface that other parts know. */
interface LugsDeps {
  isHot(name: string): boolean;
  /** Whether an invocation that still runs has used the interface. */
  inUse(name: string): boolean;
}

interface LastUse {
  /** Time of the last use, in ms since the epoch. */
  at: number;
  /** Number of the invocation that used it last. */
  invocation: number;
}

/** Checks for idle interfaces when an invocation ends. A timer would not work, because the process is frozen between invocations. */
export class Lugs {
  readonly decisions: Map<string, UnloadDecision> = new Map();
  readonly memory: MemoryPressure;
  unloads = 0;
  readonly #control: Control;
  readonly #settings: Settings;
  readonly #deps: LugsDeps;
  /** Last use of each loaded interface, by its name. */
  readonly #uses = new Map<string, LastUse>();
  #invocations = 0;
  #lastCheck = Date.now();

  constructor(control: Control, settings: Settings, deps: LugsDeps) {
    this.#control = control;
    this.#settings = settings;
    this.#deps = deps;
    this.memory = new MemoryPressure(settings);
  }

  loaded(name: string): void {
    this.#uses.set(name, { at: Date.now(), invocation: this.#invocations });
  }

  unloaded(name: string): void {
    this.#uses.delete(name);
  }

  /** @param used Names of the interfaces that the invocation used. */
  end(used: readonly string[]): void {
    this.#invocations++;
    const now = Date.now();
    for (const name of used) {
      const use = this.#uses.get(name);
      if (!use) continue;
      use.at = now;
      use.invocation = this.#invocations;
    }
    if (this.#settings.unloading && this.#isDue(now)) this.#check(now);
  }

  #isDue(now: number): boolean {
    if (this.#settings.unloadPolicy === 'count') return this.#invocations % this.#settings.unloadCheckFrequency === 0;
    return Math.abs(now - this.#lastCheck) >= Math.min(CHECK_INTERVAL, this.#settings.gracePeriod);
  }

  #check(now: number): void {
    this.#lastCheck = now;
    const underPressure = this.memory.isHigh();
    const { interfaces } = this.#control.stats();
    let unloads = 0;
    for (const [name, use] of [...this.#uses].sort(([, a], [, b]) => a.at - b.at)) {
      if (!this.#isCandidate(use, underPressure)) continue;
      const refused = this.#refusal(name, use, { now, underPressure, inFlight: interfaces[name]?.inFlight ?? 0 });
      const unloaded = refused ? undefined : this.#control.unload(name);
      if (unloaded?.unloaded) unloads++;
      this.decisions.set(name, {
        at: now,
        ...(refused && { refused }),
        ...(unloaded && (unloaded.unloaded ? { code: unloaded.code } : { refused: 'in flight' as const })),
      });
    }
    this.unloads += unloads;
    if (underPressure) this.memory.relieve();
  }

  /**
   * Whether an interface is considered. With 'time' all are, and the guards say why one stays. With 'count' only those that are due.
   * Under pressure, all that the ending invocation has not used.
   */
  #isCandidate({ invocation }: LastUse, underPressure: boolean): boolean {
    const { unloadPolicy, unloadThreshold } = this.#settings;
    const unused = this.#invocations - invocation;
    return unloadPolicy === 'time' || unused >= unloadThreshold || (underPressure && unused > 0);
  }

  /** Checks the five guards in order. Under pressure the last two do not protect interfaces that the ending invocation has not used. */
  #refusal(
    name: string,
    use: LastUse,
    { now, underPressure, inFlight }: { readonly now: number; readonly underPressure: boolean; readonly inFlight: number },
  ): UnloadRefusal | undefined {
    const { hotPathProtection, unloadPolicy, gracePeriod, minResident } = this.#settings;
    if (inFlight > 0 || this.#deps.inUse(name)) return 'in flight';
    const held = this.#control.heldState(name);
    if (held) return `holds ${held}`;
    if (hotPathProtection && this.#deps.isHot(name)) return 'hot';
    if (underPressure && use.invocation < this.#invocations) return undefined;
    if (unloadPolicy === 'time' && now - use.at < gracePeriod) return 'grace period';
    return this.#uses.size <= minResident ? 'minimum resident' : undefined;
  }
}
