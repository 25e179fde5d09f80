import { createGateway, type Middleware } from '@suga/gateway';
import { createHandler, createStreamingHandler, type HandlerOptions } from '@suga/lambda';
import { type Clock, ownClock } from '@suga/vitest/clock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { read, requests } from './events/http.js';
import { schedule } from './events/others.js';
import { context, sleep } from './test-gateway.js';

const hanging: Middleware = { name: 'm', end: () => new Promise(() => {}) };
const handlerWith = (middleware: Middleware, options: HandlerOptions) => createHandler(createGateway({}, { middleware: [middleware] }), options);

let clock: Clock;
beforeEach(() => {
  clock = ownClock();
});

/** Returns the value of a promise, or `too late` if it has none within `ms`. */
const before = (ms: number, promise: Promise<unknown>): Promise<unknown> => clock.pass(ms, Promise.race([promise, sleep(ms).then(() => 'too late')]));

describe('an end hook that hangs', () => {
  const warned = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  afterEach(() => void vi.restoreAllMocks());

  it('does not delay the result of the work beyond the deadline, and causes a warning', async () => {
    const warnings = warned();
    const handler = handlerWith(hanging, { events: { schedule: () => 'x' }, http: { 'GET /': () => 'y' } });
    expect(await before(400, handler(schedule(), context(400, 'one')))).toBe('x');
    expect(warnings.mock.calls).toEqual([[expect.stringMatching(/end hook did not finish.* one/)]]);
    const answer = read('function-url', (await before(400, handler(requests['function-url']({}), context(400)))) as never);
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('"y"') });
  });

  it("does not hide the work's own error", async () => {
    warned();
    const fail = () => {
      throw new Error('mine');
    };
    await expect(before(400, handlerWith(hanging, { events: { schedule: fail } })(schedule(), context(400)))).rejects.toThrow('mine');
  });

  it('leads to 504 or the Deadline error if the work is late as well', async () => {
    warned();
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const handler = handlerWith(hanging, { events: { schedule: () => sleep(5_000) }, http: { 'GET /': () => sleep(5_000) } });
    await expect(before(400, handler(schedule(), context(400)))).rejects.toMatchObject({ code: 'Deadline' });
    expect(read('function-url', (await before(400, handler(requests['function-url']({}), context(400)))) as never)).toMatchObject({ status: 504 });
  });

  it('leads to a Deadline error after a start hook that refuses, because its reason is not known yet', async () => {
    warned();
    const start = () => {
      throw new Error('no');
    };
    await expect(before(400, handlerWith({ ...hanging, start }, { events: { schedule: () => 1 } })(schedule(), context(400)))).rejects.toMatchObject({
      code: 'Deadline',
    });
  });

  it('does not hold back a streamed response', async () => {
    warned();
    vi.stubGlobal('awslambda', awslambda);
    const handler = createStreamingHandler(createGateway({}, { middleware: [hanging] }), { http: { 'GET /': () => 'x' } });
    const streamed = invoke(handler, requests['function-url']({}), context(400), {});
    expect(await before(400, streamed)).toMatchObject({ prelude: { statusCode: 200 }, ended: true, error: undefined });
    vi.unstubAllGlobals();
  });

  it('is waited for while there is time', async () => {
    const warnings = warned();
    let flushed = false;
    const end = async () => {
      await sleep(310);
      flushed = true;
    };
    expect(await before(400, handlerWith({ name: 'm', end }, { events: { schedule: () => 'x' } })(schedule(), context(400)))).toBe('x');
    expect([flushed, warnings.mock.calls.length]).toEqual([true, 0]);
  });
});
