/** Options for measuring variants in one process. */
export interface Turns {
  readonly rounds: number;
  /** Number of warm-up rounds, which do not count. */
  readonly warm: number;
}

/** Runs variants in turn, so that noise on the machine affects all of them. Returns the median time of each in ms. */
export async function inTurn<Name extends string>(
  variants: Readonly<Record<Name, () => PromiseLike<unknown>>>,
  { rounds, warm }: Turns,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(variants) as Name[];
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warm; round < rounds; round++) {
    for (const name of names) {
      const started = process.hrtime.bigint();
      await variants[name]();
      if (round >= 0) taken.get(name)?.push(Number(process.hrtime.bigint() - started) / 1e6);
    }
    names.push(names.shift() as Name);
  }
  return Object.fromEntries([...taken].map(([name, values]) => [name, median(values)])) as Record<Name, number>;
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
