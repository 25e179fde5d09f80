import { Circuit } from './circuit.js';
import type { CircuitOptions } from './contract.js';
import { completeSettings, parseName, type Settings } from './settings.js';

/** Circuits by name, the one used last at the end. Names may come from outside, so there is a limit. */
export class Circuits {
  evicted = 0;
  readonly #circuits = new Map<string, Circuit>();
  readonly #own = new Map<string, Settings>();
  readonly #defaults: Settings;
  readonly #limit: number;
  #newest: Circuit | undefined;

  constructor(defaults: Settings, limit: number) {
    this.#defaults = defaults;
    this.#limit = limit;
  }

  /** Circuits and settings that would be missed. */
  get size(): number {
    return new Set([...this.#own.keys(), ...this.all().flatMap(({ blank, name }) => (blank ? [] : [name]))]).size;
  }

  all(): Circuit[] {
    return [...this.#circuits.values()];
  }

  /** The circuit, if there is one. @throws `InvalidParams` */
  find(name: string): Circuit | undefined {
    return this.#circuits.get(parseName(name));
  }

  /** The circuit, which counts as used. @throws `InvalidParams` */
  use(name: string): Circuit {
    // A name that is missing is not that of a circuit that is missing.
    if (this.#newest !== undefined && this.#newest.name === name) return this.#newest;
    const circuit = this.find(name) ?? new Circuit(name, this.#own.get(name) ?? this.#defaults);
    if (!this.#circuits.delete(name) && this.#circuits.size >= this.#limit) this.#evict();
    this.#circuits.set(name, circuit);
    return (this.#newest = circuit);
  }

  configure(name: string, options: CircuitOptions): void {
    const settings = completeSettings(options, this.#defaults);
    const circuit = this.find(name);
    this.#own.set(name, settings);
    if (circuit) circuit.settings = settings;
  }

  forget(name: string): void {
    if (this.#newest?.name === name) this.#newest = undefined;
    this.#circuits.delete(name);
  }

  clear(): void {
    this.#newest = undefined;
    this.#circuits.clear();
    this.#own.clear();
  }

  /** A closed one that was used longest ago; where all are open, whichever was. */
  #evict(): void {
    const [oldest] = this.#circuits.keys();
    for (const { name, state } of this.#circuits.values()) {
      if (state !== 'closed') continue;
      this.#drop(name);
      return;
    }
    this.#drop(oldest);
  }

  #drop(name: string | undefined): void {
    if (name !== undefined && this.#circuits.delete(name)) this.evicted++;
  }
}
