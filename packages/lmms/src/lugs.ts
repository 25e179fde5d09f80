/** LUGS, the Lazy Unload Gateway System: gives back what is idle. */

import type { Control } from '@suga/gateway';
import type { Settings } from './config.js';
import type { Decision, Refusal } from './contract.js';
import { Memory } from './memory-pressure.js';

/** Under which an idle interface is looked at no more often than this, in ms: building statistics costs more than a boundary may. */
const PAUSE = 1000;

/** What others know of an interface. */
interface Ask {
  isHot(name: string): boolean;
  /** Whether an invocation that still runs has used it. */
  inUse(name: string): boolean;
}

interface Use {
  /** In ms since the epoch. */
  at: number;
  /** Number of the invocation. */
  invocation: number;
}

/** Looks at what is idle when an invocation ends, never in between: the process is frozen afterwards, so no timer would do. */
export class Lugs {
  readonly decisions: Map<string, Decision> = new Map();
  readonly memory: Memory;
  unloads = 0;
  readonly #control: Control;
  readonly #settings: Settings;
  readonly #ask: Ask;
  /** Loaded interfaces, and when each was used last. */
  readonly #uses = new Map<string, Use>();
  #invocations = 0;
  #looked = 0;

  constructor(control: Control, settings: Settings, ask: Ask) {
    this.#control = control;
    this.#settings = settings;
    this.#ask = ask;
    this.memory = new Memory(settings);
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
    if (this.#settings.unloading && this.#isTime(now)) this.#look(now);
  }

  #isTime(now: number): boolean {
    if (this.#settings.unloadPolicy === 'count') return this.#invocations % this.#settings.unloadCheckFrequency === 0;
    return Math.abs(now - this.#looked) >= Math.min(PAUSE, this.#settings.gracePeriod);
  }

  #look(now: number): void {
    this.#looked = now;
    const pressed = this.memory.isPressed();
    const { interfaces } = this.#control.stats();
    let gone = 0;
    for (const [name, use] of [...this.#uses].sort(([, a], [, b]) => a.at - b.at)) {
      if (!this.#isLookedAt(use, pressed)) continue;
      const refused = this.#refusal(name, use, { now, pressed, inFlight: interfaces[name]?.inFlight ?? 0 });
      const unloaded = refused ? undefined : this.#control.unload(name);
      if (unloaded?.unloaded) gone++;
      this.decisions.set(name, {
        at: now,
        ...(refused && { refused }),
        ...(unloaded && (unloaded.unloaded ? { code: unloaded.code } : { refused: 'in flight' as const })),
      });
    }
    this.unloads += gone;
    if (pressed) this.memory.relieve();
  }

  /** The candidates: by time all, and the guards say why one stays; by count those that are due; under pressure all but those just used. */
  #isLookedAt({ invocation }: Use, pressed: boolean): boolean {
    const { unloadPolicy, unloadThreshold } = this.#settings;
    const unused = this.#invocations - invocation;
    return unloadPolicy === 'time' || unused >= unloadThreshold || (pressed && unused > 0);
  }

  /** The five guards, in their order. Under pressure the last two do not hold for what the invocation that ends has not used. */
  #refusal(
    name: string,
    use: Use,
    { now, pressed, inFlight }: { readonly now: number; readonly pressed: boolean; readonly inFlight: number },
  ): Refusal | undefined {
    const { hotPathProtection, unloadPolicy, gracePeriod, minResident } = this.#settings;
    if (inFlight > 0 || this.#ask.inUse(name)) return 'in flight';
    const held = this.#control.heldState(name);
    if (held) return `holds ${held}`;
    if (hotPathProtection && this.#ask.isHot(name)) return 'hot';
    if (pressed && use.invocation < this.#invocations) return undefined;
    if (unloadPolicy === 'time' && now - use.at < gracePeriod) return 'grace period';
    return this.#uses.size <= minResident ? 'minimum resident' : undefined;
  }
}
