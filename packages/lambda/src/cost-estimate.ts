import { assertInteger, assertNumber, assertObject, FINITE } from '@suga/gateway/check';
import { memorySizeMb } from '@suga/gateway/memory';
import type { CostEstimate, CostOptions } from './contract.js';

/** https://aws.amazon.com/lambda/pricing/, us-east-1, first tier, as of November 2026. */
const PRICES = { perMillionRequests: 0.2, perGbSecond: { x64: 0.0000166667, arm64: 0.0000133334 } } as const;
const FREE = { requests: 1_000_000, gbSeconds: 400_000 } as const;

/** The usage that AWS bills. */
export interface BilledUsage {
  readonly requests: number;
  readonly billedMs: number;
  readonly initMs: number;
}

/** Estimates the cost of that usage. */
export function estimateCost({ requests, billedMs, initMs }: BilledUsage, options: CostOptions = {}): CostEstimate {
  assertObject('lambda', 'options', options);
  const { memoryMb = memorySizeMb() ?? 128, prices = {} } = options;
  assertObject('lambda', 'prices', prices);
  const { perMillionRequests = PRICES.perMillionRequests, perGbSecond = process.arch === 'arm64' ? PRICES.perGbSecond.arm64 : PRICES.perGbSecond.x64 } = prices;
  assertInteger('lambda', 'memoryMb', memoryMb, [128, 10_240]);
  for (const [name, price] of Object.entries({ perMillionRequests, perGbSecond })) {
    assertNumber('lambda', `prices/${name}`, price, { min: 0, max: FINITE });
  }
  const all = billedMs + initMs;
  const gbSeconds = (all / 1000) * (memoryMb / 1024);
  return {
    requests,
    billedMs: all,
    initMs,
    memoryMb,
    gbSeconds,
    usd: (requests / 1e6) * perMillionRequests + gbSeconds * perGbSecond,
    freeTier: {
      requestsUsedPercent: (100 * requests) / FREE.requests,
      gbSecondsUsedPercent: (100 * gbSeconds) / FREE.gbSeconds,
      within: requests <= FREE.requests && gbSeconds <= FREE.gbSeconds,
    },
  };
}
