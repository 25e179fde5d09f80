import { createHandler, createStreamingHandler, type EventHandlers } from '@suga/lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { firehose } from './events/answering.js';
import { direct } from './events/others.js';
import { sns, sqs } from './events/records.js';
import { others, unknown } from './events/rest.js';
import { context, sleep, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: unknown, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events })(event, context(remaining));
const echo: EventHandlers['other'] = (event) => ({ event });

afterEach(() => vi.unstubAllGlobals());

describe('events.other', () => {
  it.each([...unknown, ...Object.values(others).flat(), null, 7, 'text', true, [], {}, { Records: [] }])('takes %j', async (event) => {
    expect(await run({ other: echo }, event)).toEqual({ event });
  });

  it('returns its result as JSON data', async () => {
    const result = async (value: unknown): Promise<unknown> => run({ other: () => value }, { orderId: '1' });
    expect(await result({ total: 3 })).toEqual({ total: 3 });
    expect(await result(Promise.resolve('later'))).toBe('later');
    expect(await result(null)).toBeNull();
    expect(await result(undefined)).toBeUndefined();
    expect(await result({ map: new Map([['a', 1n]]), set: new Set([1]), bytes: Buffer.from('hi'), at: new Date(0) })).toEqual({
      map: { a: '1' },
      set: [1],
      bytes: 'aGk=',
      at: '1970-01-01T00:00:00.000Z',
    });
    const pieces = (async function* () {
      yield 1;
      yield 2;
    })();
    expect(await result(pieces)).toEqual([1, 2]);
    await expect(result(pieces)).rejects.toMatchObject({ code: 'AlreadyRead' });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(result(circular)).rejects.toMatchObject({ code: 'NotJson', message: expect.stringContaining('events.other') });
    await expect(result({ inner: Promise.resolve(1) })).rejects.toMatchObject({ code: 'NotJson' });
  });

  it('fails as the handler fails, and before the deadline', async () => {
    const failure = new Error('no stock');
    await expect(run({ other: () => Promise.reject(failure) }, { orderId: '1' })).rejects.toBe(failure);
    await expect(run({ other: () => sleep(5_000) }, { orderId: '1' }, 100)).rejects.toMatchObject({ code: 'Deadline' });
  });

  it('gets the invocation, its signal, and its own this', async () => {
    class Handlers {
      readonly #answer = 42;
      other(_event: unknown, invocation: { readonly id: string; readonly signal: AbortSignal }): unknown {
        return [this.#answer, invocation.id, invocation.signal.aborted];
      }
    }
    expect(await createHandler(stage().gateway, { events: new Handlers() })({ orderId: '1' }, context(60_000, 'r-1'))).toEqual([42, 'r-1', false]);
  });

  it('never gets an event of a kind with a handler of its own, even if that handler is missing', async () => {
    expect(await run({ other: echo, sqs: () => undefined }, sqs([{ id: 'a' }]))).toEqual({ batchItemFailures: [] });
    // AWS would treat a response of another form as success, and the messages would be lost.
    await expect(run({ other: echo }, sqs([{ id: 'a' }]))).rejects.toMatchObject({ code: 'NoHandler', message: expect.stringContaining('sqs') });
    await expect(run({ other: echo }, sns('m'))).rejects.toMatchObject({ code: 'NoHandler' });
    await expect(run({ other: echo }, firehose([{ id: '1', data: 'a' }]))).rejects.toMatchObject({
      code: 'NoHandler',
      message: expect.stringContaining('firehose'),
    });
  });

  it('leaves direct calls alone, unless they are switched off', async () => {
    const { gateway } = stage();
    const add = direct('calculator', 'add', { a: 1, b: 2 });
    expect(await createHandler(gateway, { events: { other: echo } })(add, context(60_000))).toBe(3);
    expect(await createHandler(gateway, { events: { other: echo }, direct: false })(add, context(60_000))).toEqual({ event: add });
    await expect(createHandler(gateway, { direct: false })(add, context(60_000))).rejects.toMatchObject({
      code: 'NoHandler',
      message: expect.stringContaining('direct: false'),
    });
  });

  it('gets the kind of the event in `source`, if it is known', async () => {
    const source = (event: unknown): Promise<unknown> => run({ other: (_event, invocation) => invocation.source }, event);
    expect(await source({ warmer: true })).toBe('warm-up');
    expect(await source(others.ses[0])).toBe('ses');
    expect(await source({ orderId: '1' })).toBe('unknown');
  });

  it('returns its result if responses are streamed, as well', async () => {
    vi.stubGlobal('awslambda', awslambda);
    const answer = await invoke(createStreamingHandler(stage().gateway, { events: { other: echo } }), { orderId: '1' }, context(60_000));
    expect(JSON.parse(answer.body.toString())).toEqual({ event: { orderId: '1' } });
  });

  it('waits for `initialize`', async () => {
    let connected = false;
    const initialize = async (): Promise<void> => {
      await sleep(5);
      connected = true;
    };
    expect(await createHandler(stage().gateway, { initialize, events: { other: () => connected } })({ orderId: '1' }, context(60_000))).toBe(true);
  });
});
