import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { Profile, Recommendation, RequestUsage, Usage } from './contract.js';

/** Above the first share of invocations, an interface is preloaded for a request type. Below the second share of cold starts, it stays lazy. */
const [HOT_SHARE, COLD_SHARE] = [0.5, 0.1];
/** Fewer cold starts are too few for advice. */
const MIN_COLD_STARTS = 3;

/**
 * How many times longer loading takes in a call than in INIT. INIT has about two vCPUs. A call has the share that belongs to the memory
 * setting (1,769 MB are one vCPU). Measured for a bundle of 500 KB: 1.3 times at one vCPU, 2.1 at 1,024 MB, 4.7 at 512, 10.6 at 256.
 * @throws `InvalidParams` if `memoryMb` is not a number above 0
 */
export function slowdown(memoryMb: number): number {
  if (typeof memoryMb !== 'number' || !(memoryMb > 0)) throw invalidParam('lmms', 'memoryMb', memoryMb, 'the memory setting in MB, a number above 0');
  return Math.max(1, 1.3 / (memoryMb / 1769));
}

/** Merges the usage of several environments into one. @throws `InvalidParams` for a value that is not usage data */
export function mergeUsage(...usages: readonly Usage[]): Usage {
  const requests: Record<string, RequestUsage> = {};
  const loads: Record<string, { count: number; totalMs: number }> = {};
  for (const usage of usages) {
    assertUsage(usage);
    for (const [type, own] of Object.entries(usage.requests))
      setOwn(requests, type, mergeRequests(Object.hasOwn(requests, type) ? requests[type] : undefined, own));
    for (const [name, { count, totalMs }] of Object.entries(usage.loads)) {
      const { count: before, totalMs: ms } = Object.hasOwn(loads, name) ? (loads[name] as { count: number; totalMs: number }) : { count: 0, totalMs: 0 };
      setOwn(loads, name, { count: before + count, totalMs: ms + totalMs });
    }
  }
  return { version: 1, environments: usages.reduce((sum, { environments }) => sum + environments, 0), requests, loads };
}

/**
 * Chooses the interfaces that are worth loading in INIT at a memory setting.
 *
 * Loading in INIT costs every cold start once. Loading at the first call costs only the cold starts that need the interface, but
 * `slowdown` times as much. So INIT is better if more than one in `slowdown` cold starts needs it. The threshold depends on the memory
 * setting, the share on the traffic.
 * @param minColdStarts Number of cold starts that the usage must contain. With fewer, the profile is empty. @default 3
 * @throws `InvalidParams` for a value that is not usage data
 */
export function toProfile(usage: Usage, memoryMb: number, minColdStarts: number = MIN_COLD_STARTS): Profile {
  const { coldStarts, shares } = coldShares(usage);
  const minShare = 1 / slowdown(memoryMb);
  const preload = coldStarts < minColdStarts ? [] : [...shares].filter(([, share]) => share >= minShare).map(([name]) => name);
  return { version: 1, coldStarts, preload: preload.sort() };
}

/** Returns advice in words, with its numbers. @throws `InvalidParams` for a value that is not usage data */
export function recommend(usage: Usage, memoryMb: number): readonly Recommendation[] {
  const { coldStarts, shares } = coldShares(usage);
  if (coldStarts < MIN_COLD_STARTS) return [];
  const { preload } = toProfile(usage, memoryMb);
  const factor = slowdown(memoryMb);
  const advice: Recommendation[] = [];
  for (const [name, share] of shares) {
    const { count = 0, totalMs = 0 } = usage.loads[name] ?? {};
    const ms = count > 0 ? totalMs / count : 0;
    const used = `used in ${percent(share)} of ${coldStarts} cold starts`;
    if (preload.includes(name)) {
      const saved = (share * factor - 1) * ms;
      advice.push({ action: 'preload', interface: name, reason: `${used}; saves about ${saved.toFixed(1)} ms of each at ${memoryMb} MB` });
    } else if (share < COLD_SHARE) {
      advice.push({ action: 'leave lazy', interface: name, reason: `${used}; loading it in INIT would cost each ${ms.toFixed(1)} ms` });
    }
  }
  return [...advice, ...byRequest(usage, preload)];
}

function byRequest(usage: Usage, preload: readonly string[]): Recommendation[] {
  return Object.entries(usage.requests).flatMap(([request, { invocations, interfaces }]) =>
    Object.entries(interfaces)
      .filter(([name, count]) => count / invocations > HOT_SHARE && !preload.includes(name))
      .map(([name, count]) => ({
        action: 'preload for' as const,
        interface: name,
        request,
        reason: `used in ${percent(count / invocations)} of ${invocations} requests of this type, and not in most cold starts`,
      })),
  );
}

function coldShares(usage: Usage): { readonly coldStarts: number; readonly shares: ReadonlyMap<string, number> } {
  assertUsage(usage);
  const all = Object.values(usage.requests);
  const coldStarts = all.reduce((sum, each) => sum + each.coldStarts, 0);
  const counts = new Map<string, number>();
  for (const { cold } of all) for (const [name, count] of Object.entries(cold)) counts.set(name, (counts.get(name) ?? 0) + count);
  return { coldStarts, shares: new Map(Array.from(counts, ([name, count]) => [name, count / coldStarts])) };
}

function mergeRequests(before: RequestUsage | undefined, own: RequestUsage): RequestUsage {
  if (!before) return own;
  const sum = (key: 'interfaces' | 'cold' | 'operations' | 'together'): Record<string, number> => {
    const both = new Map(Object.entries(before[key]));
    for (const [name, count] of Object.entries(own[key])) both.set(name, (both.get(name) ?? 0) + count);
    return Object.fromEntries(both);
  };
  return {
    invocations: before.invocations + own.invocations,
    coldStarts: before.coldStarts + own.coldStarts,
    interfaces: sum('interfaces'),
    cold: sum('cold'),
    operations: sum('operations'),
    together: sum('together'),
  };
}

/** Sets an own property even if the key is `__proto__`, because usage comes from files. */
function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}

function assertUsage(usage: Usage): void {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  const isUsage = isObject(usage) && usage.version === 1 && Number.isFinite(usage.environments) && isObject(usage.requests) && isObject(usage.loads);
  if (!isUsage)
    throw new SugaError(
      'InvalidParams',
      'lmms: this is not usage data. Pass a result of usage(): { "version": 1, "environments": …, "requests": …, "loads": … }.',
    );
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
