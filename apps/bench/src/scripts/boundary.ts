// Prints the time in µs that lmms adds to an invocation that uses three interfaces: invocations in turn, with and without it.
import { type AnyInterface, control, createGateway } from '@suga/gateway';
import { lmms } from '@suga/lmms';

const part = (): AnyInterface => ({
  operations: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`operation${index}`, { params: {} }])),
  load: () => ({ operations: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`operation${index}`, () => index])) }),
});
const made = (...middleware: ReturnType<typeof lmms>[]) => {
  const names = Array.from({ length: 12 }, (_, index) => `part${index}`);
  const gateway = createGateway(Object.fromEntries(names.map((name) => [name, part()])) as never, { middleware }) as never as Record<
    string,
    Record<string, () => number>
  >;
  for (const name of names) gateway[name]?.['operation0']?.();
  const work = (): void => {
    for (const name of ['part0', 'part1', 'part2']) gateway[name]?.['operation1']?.();
  };
  return () => control(gateway as never).run({ id: 'bench', source: 'http' }, work);
};
const variants = { without: made(), lmms: made(lmms({ unloading: false })) };
const taken: Record<keyof typeof variants, number[]> = { without: [], lmms: [] };

for (let round = 0; round < 40; round++) {
  for (const [name, run] of Object.entries(variants) as [keyof typeof variants, () => Promise<void>][]) {
    const started = process.hrtime.bigint();
    for (let invocation = 0; invocation < 1000; invocation++) await run();
    if (round >= 10) taken[name].push(Number(process.hrtime.bigint() - started) / 1e6);
  }
}
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
console.log(JSON.stringify({ added: median(taken.lmms) - median(taken.without) }));
