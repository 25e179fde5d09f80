import { Circuit } from './circuit.js';
import type { CircuitOptions } from './contract.js';
import { completeSettings, parseName, type Settings } from './settings.js';

/** Circuits by name, the most recently used at the end. Their number is limited, because names may come from outside. */
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

  /** Number of circuits and settings whose loss would change something. */
  get size(): number {
    return new Set([...this.#own.keys(), ...this.all().flatMap(({ blank, name }) => (blank ? [] : [name]))]).size;
  }

  all(): Circuit[] {
    return [...this.#circuits.values()];
  }

  /** Returns the circuit, if it exists. @throws `InvalidParams` */
  find(name: string): Circuit | undefined {
    return this.#circuits.get(parseName(name));
  }

  /** Returns the circuit and marks it as used. Creates it if necessary. @throws `InvalidParams` */
  use(name: string): Circuit {
    // `#newest` is checked first, so that an undefined name does not match an undefined circuit.
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

  /** Removes the least recently used closed circuit. If none is closed, removes the least recently used one. */
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
