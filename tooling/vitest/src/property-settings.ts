/** The parameters of fast-check that the environment sets. */
export interface PropertySettings {
  readonly numRuns: number;
  readonly seed?: number;
  readonly path?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const RUNS = 100;

/**
 * Returns how often a property runs, and with which values.
 *
 * `SUGA_PROPERTY_RUNS` multiplies the number of runs. `SUGA_PROPERTY_SEED` fixes the values, and `SUGA_PROPERTY_PATH` selects one counterexample.
 * A failed property prints both. An unset variable changes nothing.
 * @param numRuns The property's own number. @default 100, as in fast-check
 */
export function propertySettings(environment: Environment, numRuns: number = RUNS): PropertySettings {
  const { SUGA_PROPERTY_SEED: seed, SUGA_PROPERTY_PATH: path } = environment;
  return {
    numRuns: Math.max(1, Math.round(numRuns * propertyFactor(environment))),
    ...(seed && { seed: toNumber('SUGA_PROPERTY_SEED', seed) }),
    ...(path && { path }),
  };
}

/** Returns the factor by which properties run more often than usual. */
export function propertyFactor({ SUGA_PROPERTY_RUNS: factor }: Environment): number {
  return factor ? toNumber('SUGA_PROPERTY_RUNS', factor) : 1;
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`${name} is "${text}": give a number.`);
  return value;
}
