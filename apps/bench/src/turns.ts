/** How variants are measured in one process. */
export interface Turns {
  readonly rounds: number;
  /** How many rounds come first that do not count. */
  readonly warm: number;
}

/** Runs variants in turn, so that the machine's moods hit all of them, and gives the median of what each took, in ms. */
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
