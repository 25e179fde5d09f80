import type { SingletonOptions } from './contract.js';

/** One thing by its name. */
export interface Instance {
  readonly name: string;
  /** What the factory gave, maybe a promise. */
  readonly value: unknown;
  readonly options: SingletonOptions;
}
