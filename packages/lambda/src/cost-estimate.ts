import { invalidParam } from '@suga/gateway/errors';
import { memorySetting } from './config.js';
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
  if (typeof options !== 'object' || options === null) throw invalidParam('lambda', 'options', options, 'an object');
  const { memoryMb = memorySetting() ?? 128, prices = {} } = options;
  if (typeof prices !== 'object' || prices === null) throw invalidParam('lambda', 'prices', prices, 'an object');
  const { perMillionRequests = PRICES.perMillionRequests, perGbSecond = process.arch === 'arm64' ? PRICES.perGbSecond.arm64 : PRICES.perGbSecond.x64 } = prices;
  if (!Number.isInteger(memoryMb) || memoryMb < 128 || memoryMb > 10_240)
    throw invalidParam('lambda', 'memoryMb', memoryMb, 'a whole number from 128 to 10240');
  for (const [name, price] of Object.entries({ perMillionRequests, perGbSecond })) {
    if (typeof price !== 'number' || !(price >= 0 && price < Number.POSITIVE_INFINITY))
      throw invalidParam('lambda', `prices/${name}`, price, 'a number from 0');
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
