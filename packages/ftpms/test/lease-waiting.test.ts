import { ownClock } from '@suga/vitest/clock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GrantResult, Ledger } from '../src/ledger/contract.js';
import { account, amount, failing, invocation, MEMORY, read, run, stopped, used } from './test-environment.js';

beforeEach(() => void vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(MEMORY)));
afterEach(() => void vi.unstubAllEnvs());

/** Never settles. */
const never = (): Promise<never> => new Promise(() => undefined);

/** Records why an invocation was refused. */
function outcome(started: void | Promise<void>): { why?: string } {
  const seen: { why?: string } = {};
  Promise.resolve(started).then(
    () => void (seen.why = 'admitted'),
    ({ details }) => void (seen.why = details.why),
  );
  return seen;
}

describe('an invocation that waits for the ledger', () => {
  it('waits for half of the time that is left, and half as long again for the guardian', async () => {
    const { environment, time, ledger } = await account();
    const signals: (AbortSignal | undefined)[] = [];
    const silent: Ledger = { ...failing(ledger, () => undefined), grant: (_, signal) => (signals.push(signal), stopped(signal)) };
    const one = environment({ deps: { ledger: silent, wake: never } });
    const clock = ownClock();
    const seen = outcome(one.start(invocation(time, { deadline: time.wall + 600 })));
    // Each wait ends 100 ms before its time.
    await clock.pass(199);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    await clock.pass(1);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    await clock.pass(149);
    expect(seen).toEqual({});
    await clock.pass(1);
    expect(seen).toEqual({ why: 'late' });
  });

  it('waits for the response without a limit if it has no deadline, and then reserves Lambda’s longest timeout', async () => {
    const { environment, time, ledger } = await account();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => void (open = resolve));
    const one = environment({ deps: { ledger: { ...failing(ledger, () => undefined), grant: async (ask) => (await gate, ledger.grant(ask)) } } });
    const clock = ownClock();
    const seen = outcome(one.start(invocation(time, { deadline: undefined })));
    await clock.pass(900_000);
    expect(seen).toEqual({});
    open();
    await clock.pass(1);
    expect(seen).toEqual({ why: 'admitted' });
    expect((await used(ledger)).mbMs - one.report().lease.mbMs).toBe(MEMORY * 900_000);
  });

  it('reserves one ms if its deadline has passed, and each started ms until then', async () => {
    for (const [left, ms] of [
      [-5, 1],
      [0, 1],
      [10.2, 12],
    ] as const) {
      const { environment, time, ledger } = await account();
      const one = environment();
      await run(one, time);
      const before = one.report().lease.mbMs;
      one.start(invocation(time, { deadline: time.wall + left }));
      expect(before - one.report().lease.mbMs).toBe(MEMORY * ms);
      expect((await used(ledger)).requests).toBe(8);
    }
  });

  it('starts a new request after a cancelled one, whose late response changes nothing', async () => {
    const { environment, time, ledger } = await account();
    const requests: { readonly ask: Parameters<Ledger['grant']>[0]; readonly answer: (answer: GrantResult | Promise<GrantResult>) => void }[] = [];
    let isSlow = false;
    const take: Ledger['grant'] = (ask) => (isSlow ? new Promise((answer) => requests.push({ ask, answer })) : ledger.grant(ask));
    const one = environment({ deps: { ledger: { ...failing(ledger, () => undefined), grant: take } } });
    await run(one, time, 1);
    time.pass(200_000);
    isSlow = true;
    const clock = ownClock();
    const first = outcome(one.start(invocation(time, { deadline: time.wall + 600 })));
    await clock.pass(500);
    expect(first).toEqual({ why: 'late' });
    time.pass(2001);
    const second = outcome(one.start(invocation(time)));
    await clock.pass(1);
    expect(requests).toHaveLength(2);
    requests[0]?.answer(Promise.reject(new Error('connection lost')));
    await clock.pass(1);
    const third = outcome(one.start(invocation(time)));
    await clock.pass(1);
    expect([requests.length, second, third]).toEqual([2, {}, {}]);
    expect(one.report().counts.failures).toBe(1);
    isSlow = false;
    for (const { ask, answer } of requests.slice(1)) answer(ledger.grant(ask));
    await clock.pass(1);
    expect([second, third]).toEqual([{ why: 'admitted' }, { why: 'admitted' }]);
  });
});

describe('an INIT that is reported by itself', () => {
  const refused = async (tell: (init: number) => Promise<void> | undefined) => {
    const { environment, time, ledger } = await account(amount(0, 0));
    const told: number[] = [];
    const deps = {
      ledger: {
        ...failing(ledger, () => undefined),
        reportInit: (month: string, init: number) => (told.push(init), tell(init) ?? ledger.reportInit(month, init)),
      },
      initMs: () => 1000,
    };
    const one = environment({ deps });
    await expect(one.start(invocation(time))).rejects.toMatchObject({ code: 'Blocked' });
    return { one, time, ledger, told };
  };

  it('waits for half of the time that is left, and is reported again if there was no response', async () => {
    let isSilent = true;
    const { one, time, ledger, told } = await refused(() => (isSilent ? never() : undefined));
    const clock = ownClock();
    let ended = 0;
    const end = (deadline: number | undefined) => void Promise.resolve(one.end(invocation(time, { deadline }))).then(() => ended++);
    end(time.wall + 600);
    // Only one invocation at a time reports it.
    expect(one.end(invocation(time))).toBeUndefined();
    expect(one.report().counts.failures).toBe(0);
    await clock.pass(199);
    expect(ended).toBe(0);
    await clock.pass(1);
    expect([ended, one.report().counts.failures]).toEqual([1, 1]);
    end(undefined);
    await clock.pass(900_000);
    expect(ended).toBe(1);
    isSilent = false;
    expect(told).toEqual([MEMORY * 1000, MEMORY * 1000]);
    expect((await read(ledger)).init).toBe(0);
  });

  it('is reported once if the ledger accepts it, and again if it was rejected', async () => {
    let tries = 0;
    const { one, time, ledger, told } = await refused(() => (tries++ === 0 ? Promise.reject(new Error('throttled')) : undefined));
    for (let count = 0; count < 3; count++) await one.end(invocation(time));
    expect(told).toEqual([MEMORY * 1000, MEMORY * 1000]);
    expect(one.report().counts.failures).toBe(1);
    expect((await read(ledger)).init).toBe(MEMORY * 1000);
  });
});
