import type { Control } from '@suga/gateway';
import { collectGarbage } from '@suga/gateway/memory';
import { toBoundedText } from '../bounded-copy.js';
import type { TimingOptions } from '../contract.js';
import { memoryUse } from '../memory.js';
import type { LoadCost, MemoryProfile, MemoryUse, TimingProfile } from '../report-contract.js';
import { loadTemporarily } from '../temporary-load.js';
import { parseFunction, parseInteger, parseOptions, parseTime } from '../validation.js';

const MOST = 100_000;

/** Measures how much a work, or else the load of each interface, leaves on the heap. */
export async function memoryProfile(control: Control, work?: () => unknown): Promise<MemoryProfile> {
  if (work !== undefined) parseFunction('work', work);
  const collected = collectGarbage();
  const before = memoryUse();
  const started = process.hrtime.bigint();
  const held: unknown[] = [];
  let interfaces: Record<string, LoadCost> | undefined;
  if (work) held.push(await work());
  else interfaces = loadCosts(control);
  const durationMs = since(started);
  collectGarbage();
  const after = memoryUse();
  held.length = 0;
  return { collected, before, after, delta: difference(after, before), durationMs, ...(interfaces && { interfaces }) };
}

/** Loads interfaces one after the other. Shared code counts for the first that loads it. All stay loaded until the last is measured. */
function loadCosts(control: Control): Record<string, LoadCost> {
  const costs: [string, LoadCost][] = [];
  const undo: (() => void)[] = [];
  for (const name of control.names()) {
    collectGarbage();
    const before = memoryUse().heapUsed;
    const { loaded, error, letGo } = loadTemporarily(control, name);
    undo.push(letGo);
    if (error !== undefined) costs.push([name, { loadMs: 0, heapUsed: 0, error: toBoundedText(error.message) }]);
    if (!loaded) continue;
    collectGarbage();
    costs.push([name, { loadMs: control.stats().interfaces[name]?.loadMs ?? 0, heapUsed: memoryUse().heapUsed - before }]);
  }
  for (const letGo of undo) letGo();
  return Object.fromEntries(costs);
}

/** Measures how long a work takes. */
export async function timingProfile(work: () => unknown, options?: TimingOptions): Promise<TimingProfile> {
  parseFunction('work', work);
  const { runs = 100, warmup = 10, limit = 5_000 } = parseOptions(options);
  parseInteger('runs', runs, [1, MOST]);
  parseInteger('warmup', warmup, [0, MOST]);
  parseTime('limit', limit);
  const end = Date.now() + limit;
  for (let run = 0; run < warmup && Date.now() < end; run++) await work();
  const times: number[] = [];
  while (times.length < runs && (times.length === 0 || Date.now() < end)) {
    const started = process.hrtime.bigint();
    const given = work();
    // Only promises are awaited: an `await` would add to the time of synchronous work.
    if (isThenable(given)) await given;
    times.push(since(started));
  }
  return { ...summary(times), complete: times.length === runs };
}

const isThenable = (given: unknown): given is PromiseLike<unknown> => typeof (given as PromiseLike<unknown> | undefined)?.then === 'function';

function summary(times: readonly number[]): Omit<TimingProfile, 'complete'> {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const mean = sorted.reduce((sum, time) => sum + time, 0) / sorted.length;
  return { count: sorted.length, failures: 0, min: sorted[0] ?? 0, mean, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function difference(after: MemoryUse, before: MemoryUse): MemoryUse {
  const by = (key: keyof MemoryUse): number => after[key] - before[key];
  return { rss: by('rss'), heapUsed: by('heapUsed'), external: by('external'), arrayBuffers: by('arrayBuffers') };
}

const since = (started: bigint): number => Number(process.hrtime.bigint() - started) / 1e6;
