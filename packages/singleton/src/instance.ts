import type { SingletonOptions } from './contract.js';

/** A named instance. */
export interface Instance {
  readonly name: string;
  /** The value that the factory returned, which may be a promise. */
  readonly value: unknown;
  readonly options: SingletonOptions;
}
