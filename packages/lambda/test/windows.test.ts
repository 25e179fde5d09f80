import { createHandler, type EventHandlers, type StreamWindow } from '@suga/lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Window, windowed } from './events/answering.js';
import { dynamodb, kinesis } from './events/records.js';
import { context, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: object, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events })(event, context(remaining));
interface Totals {
  count?: number;
  last?: string;
}
const count: NonNullable<EventHandlers['kinesis']> = ({ sequenceNumber }, _invocation, window: StreamWindow<Totals> | undefined) => {
  if (window) window.state = { count: (window.state.count ?? 0) + 1, last: sequenceNumber };
};
const batch = (...sequences: readonly string[]): object => kinesis(sequences.map((sequence) => ({ sequence, data: 'd' })));
const failed = (...ids: readonly string[]): object => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const empty = (given: Window = {}): object => windowed({ Records: [] }, { final: true, ...given });

describe('a tumbling window', () => {
  it('keeps its state from one batch to the next', async () => {
    const first = (await run({ kinesis: count }, windowed(batch('1', '2')))) as { state: object };
    expect(first).toEqual({ state: { count: 2, last: '2' }, ...failed() });
    expect(await run({ kinesis: count }, windowed(batch('3'), { state: first.state }))).toEqual({ state: { count: 3, last: '3' }, ...failed() });
  });

  it('returns the state even if no handler changes it, because a response without state is a failed invocation', async () => {
    expect(await run({ kinesis: () => undefined }, windowed(batch('1'), { state: { a: 1 } }))).toEqual({ state: { a: 1 }, ...failed() });
    expect(await run({ dynamodb: () => undefined }, windowed(dynamodb('1'), { service: 'dynamodb' }))).toEqual({ state: {}, ...failed() });
  });

  it('reports the first failure together with the state before it', async () => {
    const handle: typeof count = async (record, invocation, window) => {
      await count(record, invocation, window);
      if (window) Object.assign(window.state, { dirty: true });
      if (record.sequenceNumber === '2') throw new Error('no 2');
      if (window) delete (window.state as { dirty?: boolean }).dirty;
    };
    expect(await run({ kinesis: handle }, windowed(batch('1', '2', '3'), { state: { count: 5 } }))).toEqual({ state: { count: 6, last: '1' }, ...failed('2') });
    expect(await run({ kinesis: handle }, windowed(batch('2', '3'), { state: { count: 5 } }))).toEqual({ state: { count: 5 }, ...failed('2') });
  });

  it('does so for any batch, changed in place or by assignment, and every record counts once in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }), fc.boolean(), async (failures, inPlace) => {
        const left = new Map(failures.map((times, at) => [String(at), times]));
        const handle: typeof count = (record, invocation, window) => {
          if (inPlace && window) Object.assign(window.state, { count: ((window.state as Totals).count ?? 0) + 1 });
          else void count(record, invocation, window);
          const times = left.get(record.sequenceNumber) ?? 0;
          left.set(record.sequenceNumber, times - 1);
          if (times > 0) throw new Error('not yet');
        };
        let sequences = [...left.keys()];
        let state: Totals = {};
        while (sequences.length > 0) {
          const answer = (await run({ kinesis: handle }, windowed(batch(...sequences), { state }))) as {
            state: Totals;
            batchItemFailures: { itemIdentifier: string }[];
          };
          const at = answer.batchItemFailures[0]?.itemIdentifier;
          sequences = at === undefined ? [] : sequences.slice(sequences.indexOf(at));
          state = answer.state;
        }
        expect(state.count).toBe(failures.length);
      }),
      { numRuns: 60 },
    );
  });

  it('passes its facts to the handler', async () => {
    const seen: unknown[] = [];
    await run({ kinesis: (_record, _invocation, window) => void seen.push({ ...window }) }, windowed(batch('1'), { state: { a: 1 } }));
    await run({ kinesis: (_record, _invocation, window) => void seen.push(window) }, batch('1'));
    expect(seen).toEqual([
      {
        state: { a: 1 },
        start: '2026-11-20T08:00:00Z',
        end: '2026-11-20T08:02:00Z',
        shardId: 'shardId-000000000006',
        isFinal: false,
        isTerminatedEarly: false,
      },
      undefined,
    ]);
  });

  it('fails the record whose state Lambda could not keep', async () => {
    const assign = (state: unknown): Promise<unknown> =>
      run(
        { kinesis: ({ sequenceNumber }, _invocation, window) => void (window && sequenceNumber === '2' && (window.state = state as object)) },
        windowed(batch('1', '2'), { state: { a: 1 } }),
      );
    for (const state of [null, 7, 'text', [1], undefined, { later: Promise.resolve(1) }])
      expect(await assign(state)).toEqual({ state: { a: 1 }, ...failed('2') });
    expect(await assign({ seen: new Set([1]), total: 7n })).toEqual({ state: { seen: [1], total: '7' }, ...failed() });
  });

  it('responds before the deadline with the records that have been handled', async () => {
    const handle: typeof count = async (record, invocation, window) => {
      await count(record, invocation, window);
      if (record.sequenceNumber === '2') await new Promise(() => undefined);
    };
    expect(await run({ kinesis: handle }, windowed(batch('1', '2', '3')), 400)).toEqual({ state: { count: 1, last: '1' }, ...failed('2') });
  });
});

describe('the end of a window', () => {
  it.each(['kinesis', 'dynamodb'] as const)('comes as a batch without records (%s), and its handler gets the whole state', async (service) => {
    const seen: unknown[] = [];
    const close = (window: StreamWindow<Totals>, { id }: { id: string }): void =>
      void seen.push([window.state, window.isFinal, window.isTerminatedEarly, typeof id]);
    const events: EventHandlers = { kinesis: count, kinesisWindow: close, dynamodb: () => undefined, dynamodbWindow: close };
    expect(await run(events, empty({ state: { count: 7 }, service }))).toEqual({ state: { count: 7 }, ...failed() });
    expect(await run(events, empty({ state: { count: 8 }, early: true, service }))).toEqual({ state: { count: 8 }, ...failed() });
    expect(seen).toEqual([
      [{ count: 7 }, true, false, 'string'],
      [{ count: 8 }, true, true, 'string'],
    ]);
  });

  it('comes after the last record, if all have been handled', async () => {
    const seen: unknown[] = [];
    const events: EventHandlers = { kinesis: count, kinesisWindow: ({ state }) => void seen.push(state) };
    expect(await run(events, windowed(batch('1'), { final: true }))).toEqual({ state: { count: 1, last: '1' }, ...failed() });
    expect(seen).toEqual([{ count: 1, last: '1' }]);
    expect(await run({ ...events, kinesis: () => Promise.reject(new Error('no')) }, windowed(batch('1'), { final: true }))).toEqual({
      state: {},
      ...failed('1'),
    });
    expect(seen).toHaveLength(1);
  });

  it('is tried again if its handler fails', async () => {
    await expect(run({ kinesis: count, kinesisWindow: () => Promise.reject(new Error('no table')) }, empty({ state: { count: 1 } }))).rejects.toThrow(
      'no table',
    );
    await expect(run({ kinesis: count, kinesisWindow: () => new Promise(() => undefined) }, empty(), 200)).rejects.toMatchObject({ code: 'Deadline' });
  });

  it('never loses a state because a handler is missing', async () => {
    await expect(run({ kinesis: count }, empty({ state: { count: 7 } }))).rejects.toMatchObject({
      code: 'NoHandler',
      message: expect.stringContaining('kinesisWindow'),
    });
    expect(await run({ kinesis: () => undefined }, empty())).toEqual({ state: {}, ...failed() });
    await expect(run({ kinesisWindow: () => undefined }, empty())).rejects.toMatchObject({ code: 'NoHandler' });
  });
});
