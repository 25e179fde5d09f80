import { control } from '@suga/gateway';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stage } from './test-gateway.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs invocations of the given durations in ms, after an INIT of 250 ms. */
async function ran(...lengths: readonly number[]) {
  const { gateway } = stage();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1000);
  vi.spyOn(process, 'uptime').mockImplementation(() => (Date.now() - 750) / 1000);
  control(gateway).load('lambda');
  for (const [index, length] of lengths.entries()) {
    await control(gateway).run({ id: `${index}` }, () => void clock.mockReturnValue(Date.now() + length));
  }
  return gateway.lambda;
}

describe('estimateCost', () => {
  it('counts requests, billed time and INIT, in GB of 1024 MB', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '512');
    const lambda = await ran(100, 0, 649);
    const prices = { perMillionRequests: 0.2, perGbSecond: 0.0000166667 };
    expect(lambda.estimateCost({ prices })).toEqual({
      requests: 3,
      billedMs: 1000,
      initMs: 250,
      memoryMb: 512,
      gbSeconds: 0.5,
      usd: (3 / 1e6) * 0.2 + 0.5 * 0.0000166667,
      freeTier: { requestsUsedPercent: 0.0003, gbSecondsUsedPercent: 0.5 / 4000, within: true },
    });
    expect(lambda.estimateCost({ memoryMb: 2048 }).gbSeconds).toBe(2);
  });

  it.each(['provisioned-concurrency', 'lambda-managed-instances'])('leaves INIT out with %s', async (type) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    expect((await ran(10)).estimateCost()).toMatchObject({ billedMs: 10, initMs: 0, memoryMb: 128 });
  });

  it.each([undefined, '', 'on-demand'])('includes INIT if a client waited for it: %o', async (type) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    expect((await ran(10)).estimateCost()).toMatchObject({ initMs: 250 });
  });

  it('is 0 before anything has ended', async () => {
    expect((await ran()).estimateCost()).toMatchObject({ requests: 0, billedMs: 0, gbSeconds: 0, usd: 0 });
  });

  it('says when one environment alone has used up the free tier', async () => {
    expect((await ran(40_000_001)).estimateCost({ memoryMb: 10_240 }).freeTier).toMatchObject({ within: false, requestsUsedPercent: 0.0001 });
  });

  it.each([
    [{ memoryMb: 64 }, 'memoryMb'],
    [{ memoryMb: '512' }, 'memoryMb'],
    [{ prices: { perGbSecond: -1 } }, 'prices/perGbSecond'],
    [null, 'options'],
  ])('refuses %j by name', async (options, name) => {
    const lambda = await ran();
    expect(() => lambda.estimateCost(options as never)).toThrow(`"${name}" must be`);
  });
});
