// Prints the time of a call in µs, with 100 calls per tick and their results in the process: through a gateway with ofb, and with dataloader.
import { control, createGateway, type Interface } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import DataLoader from 'dataloader';
import { inTurn } from '../turns.ts';

interface Values {
  get(key: string): Promise<number>;
  getMany(keys: readonly string[]): Promise<number[]>;
}

const getMany = async (keys: readonly string[]): Promise<number[]> => keys.map((key) => key.length);
const values: Interface<Values> = {
  operations: {
    get: { params: { key: { type: 'string' } }, required: ['key'], returns: 'promise', idempotent: true, batch: 'getMany' },
    getMany: { params: { keys: { type: 'array' } }, required: ['keys'], returns: 'promise', idempotent: true },
  },
  load: () => ({ operations: { get: async (key) => key.length, getMany } }),
};
const [TICKS, CALLS] = [10, 100];
const ticks = Array.from({ length: TICKS }, (_, tick) => Array.from({ length: CALLS }, (_, call) => `device:${tick}:${call}`));
const gateway = createGateway({ values }, { middleware: [ofb()] });

/** Runs one invocation. */
async function fanOut(get: (key: string) => Promise<number>): Promise<void> {
  for (const keys of ticks) await Promise.all(keys.map(get));
}

const variants = {
  ours: () => control(gateway).run({ id: 'bench' }, () => fanOut((key) => gateway.values.get(key))),
  theirs: () => {
    const loader = new DataLoader(getMany);
    return fanOut((key) => loader.load(key));
  },
};
const { ours, theirs } = await inTurn(variants, { rounds: 300, warm: 100 });
console.log(JSON.stringify({ ours: (ours * 1000) / (TICKS * CALLS), theirs: (theirs * 1000) / (TICKS * CALLS) }));
