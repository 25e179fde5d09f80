import { type AnyInterface, control, createGateway, type Invocation } from '@suga/gateway';
import { type Settings, settings } from '../src/config.js';
import type { Amount, FtpmsOptions, Thresholds } from '../src/contract.js';
import { type Ledger, type Month, type MonthSettings, TTL_MS } from '../src/ledger/contract.js';
import { memoryTable } from '../src/ledger/memory-ledger.js';
import { Protection, type ProtectionDeps } from '../src/middleware/protection.js';

export const THRESHOLDS: Thresholds = { warn: 0.75, throttle: 0.85, block: 0.95 };
/** Memory in MB and timeout in ms of the functions. */
export const [MEMORY, TIMEOUT] = [128, 10_000];
export const NOON = Date.parse('2026-11-15T12:00:00Z');

export const amount = (requests: number, mbMs: number): Amount => ({ requests, mbMs });

export const monthSettings = (cap: Amount, reserve = amount(0, 0), concurrency = 1): MonthSettings => ({
  limit: amount(Math.round(cap.requests / THRESHOLDS.block), Math.round(cap.mbMs / THRESHOLDS.block)),
  thresholds: THRESHOLDS,
  cap,
  concurrency,
  reserve,
});

export const PLENTY = amount(950_000, 389_120_000_000);

/** Time that the test sets. */
export class Time {
  wall = NOON;
  mono = 0;
  now = (): number => this.wall;
  monotonic = (): number => this.mono;
  pass(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

export interface EnvironmentOptions extends FtpmsOptions {
  readonly deps?: Partial<ProtectionDeps>;
}

let serial = 0;

/** Creates a ledger with the months around `NOON`, and environments that share it. */
export async function account(cap = PLENTY, more: { readonly reserve?: Amount; readonly concurrency?: number; readonly months?: readonly string[] } = {}) {
  const { reserve, concurrency, months = ['2026-10', '2026-11', '2026-12'] } = more;
  const ledger: Ledger = memoryTable().ledger('account');
  for (const month of months) await ledger.begin(month, 1, monthSettings(cap, reserve, concurrency));
  const time = new Time();
  const calls: string[] = [];
  const environment = (options: EnvironmentOptions = {}) => {
    const { deps, ...rest } = options;
    const complete: Settings = { ...settings({ beforeMs: 0, ...rest }), table: 'ftpms' };
    const wake: ProtectionDeps['wake'] = async ({ month }) => void calls.push(month);
    const random = (): number => 0.5;
    return new Protection(complete, { ledger, clock: time, random, initMs: () => 0, wake, ttlMs: TTL_MS, ...deps });
  };
  return { ledger, time, calls, environment };
}

/** An invocation with a deadline after `TIMEOUT`. */
export const invocation = (time: Time, more: Partial<Invocation> = {}): Invocation => ({
  id: String(serial++),
  coldStart: false,
  startedAt: time.wall,
  deadline: time.wall + TIMEOUT,
  ...more,
});

/** Runs an invocation that takes `ms`. */
export async function run(protection: Protection, time: Time, ms = 0, more: Partial<Invocation> = {}): Promise<void> {
  const one = invocation(time, more);
  try {
    await protection.start(one);
    time.pass(ms);
  } finally {
    protection.end(one);
  }
}

/** Reads a month that exists. */
export const read = async (ledger: Ledger, month = '2026-11'): Promise<Month> => (await ledger.read(month)) as Month;
/** Use of a month that is measured or granted. */
export const used = async (ledger: Ledger, month?: string) => {
  const { cap, left } = await read(ledger, month);
  return amount(cap.requests - left.requests, cap.mbMs - left.mbMs);
};
/** A ledger whose `grant` fails as `fault` says. The rest is unchanged. */
export const failing = (ledger: Ledger, fault: () => Promise<never> | undefined): Ledger => ({
  grant: (ask) => fault() ?? ledger.grant(ask),
  reportInit: (...args) => ledger.reportInit(...args),
  read: (month) => ledger.read(month),
  begin: (...args) => ledger.begin(...args),
  settle: (...args) => ledger.settle(...args),
  mode: (...args) => ledger.mode(...args),
  stopped: (...args) => ledger.stopped(...args),
});

/** A promise that stays pending until its signal fires. */
export const stopped = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** An interface with operations of every cost and return kind. */
export const part: AnyInterface = {
  operations: {
    plain: { params: {} },
    fetch: { params: {}, returns: 'promise' },
    read: { params: {}, returns: 'stream' },
    vital: { params: {}, returns: 'promise', critical: true },
    extra: { params: {}, cost: 'optional' },
    extraLater: { params: {}, returns: 'promise', cost: 'optional' },
    dear: { params: {}, cost: 'normal' },
  },
  load: () => ({
    operations: {
      plain: () => 'plain',
      fetch: async () => 'fetch',
      read: async () => 'read',
      vital: async () => 'vital',
      extra: () => 'extra',
      extraLater: async () => 'extraLater',
      dear: () => 'dear',
    },
  }),
};

export interface Part {
  plain(): string;
  fetch(): Promise<string>;
  read(): Promise<string>;
  vital(): Promise<string>;
  extra(): string;
  extraLater(): Promise<string>;
  dear(): string;
}

export function gatewayWith(protection: Protection) {
  const gateway = createGateway({ part } as never, { middleware: [protection] }) as unknown as { readonly part: Part };
  return { part: gateway.part, control: control(gateway as never) };
}
