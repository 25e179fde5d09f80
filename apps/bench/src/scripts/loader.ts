// Prints the throughput of ofb's loader ÷ dataloader's, for each shape of work. Each request creates a loader, as both libraries recommend.
import { createLoader } from '@suga/ofb/loader';
import DataLoader from 'dataloader';
import { inTurn } from '../turns.ts';

interface Loads {
  load(key: number): Promise<number>;
  loadMany(keys: readonly number[]): Promise<(number | Error)[]>;
}
interface Shape {
  readonly keys: readonly number[];
  readonly options?: { readonly cache?: boolean; readonly maxBatchSize?: number };
  /** Whether all keys are requested at once. */
  readonly many?: boolean;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const shapes: Readonly<Record<string, Shape>> = {
  distinct: { keys: numbers(100) },
  repeated: { keys: numbers(100).map((key) => key % 20) },
  uncached: { keys: numbers(100), options: { cache: false } },
  many: { keys: numbers(100), many: true },
  large: { keys: numbers(5000), options: { maxBatchSize: 1000 } },
};
const load = async (keys: readonly number[]): Promise<number[]> => keys.map((key) => key + 1);
const makers: Readonly<Record<'ours' | 'theirs', (options: NonNullable<Shape['options']>) => Loads>> = {
  ours: (options) => createLoader(load, options),
  theirs: (options) => new DataLoader(load, options),
};

async function requests(make: (typeof makers)['ours'], { keys, options = {}, many = false }: Shape): Promise<void> {
  for (let done = 0; done < 20_000; done += keys.length) {
    const loader = make(options);
    const values = await (many ? loader.loadMany(keys) : Promise.all(keys.map((key) => loader.load(key))));
    if (values.at(-1) !== (keys.at(-1) ?? 0) + 1) throw new Error('unexpected');
  }
}

const ratios: Record<string, number> = {};
for (const [name, shape] of Object.entries(shapes)) {
  const variants = { ours: () => requests(makers.ours, shape), theirs: () => requests(makers.theirs, shape) };
  const { ours, theirs } = await inTurn(variants, { rounds: 30, warm: 10 });
  ratios[name] = theirs / ours;
}
console.log(JSON.stringify(ratios));
