import type { Amount } from '../../src/contract.js';
import { monthOf } from '../../src/guarantee/calendar.js';
import type { GuardianDeps as GuardianWorld } from '../../src/guardian/deps.js';
import { stopNow } from '../../src/guardian/enforce.js';
import { reconcile } from '../../src/guardian/reconcile.js';
import { createRunSchedule } from '../../src/guardian/run-interval.js';
import { SLOW } from '../../src/guardian/schedule.js';
import { stopSilent } from '../../src/guardian/unreachable-ledger.js';
import { type Ledger, TTL_MS } from '../../src/ledger/contract.js';
import { memoryTable } from '../../src/ledger/memory-ledger.js';
import { plus } from '../../src/ledger/month-balance.js';
import { Protection, type ProtectionDeps } from '../../src/middleware/protection.js';
import { Cloud } from './cloud.js';
import { type Environment, Environments, type Guard, type Seen } from './environments.js';
import { GUARDIAN, type Outage, type Part, rateOf, type Scenario } from './scenario.js';
import { World } from './world.js';

/** Result of a month. */
export interface Outcome {
  readonly scenario: Scenario;
  /** Use that AWS billed, by month. */
  readonly bills: Readonly<Record<string, Amount>>;
  /** Largest share of an allowance that any month used. Above 1, AWS bills. */
  readonly used: number;
  /** Largest share of a month's largest cap that was admitted with leases. Above 1, an amount was granted twice. */
  readonly admitted: number;
  /** Use when a function was first stopped, as a share of the cap. */
  readonly usedAtStop: number | undefined;
  readonly seen: Readonly<Record<string, Seen>>;
  readonly calls: ReadonlyMap<string, number>;
  readonly messages: readonly string[];
}

/** A protection of an account. Created once, it returns the protection of each environment. */
export type Design = (stage: Stage) => (of: Environment) => Guard;

/** Dependencies of designs. */
export interface Stage {
  readonly world: World;
  readonly cloud: Cloud;
  readonly scenario: Scenario;
  /** Largest cap of each month so far. The design fills it. */
  readonly caps: Map<string, Amount>;
}

/** Plays a month and returns its result. */
export async function play(draw: (world: World) => Scenario, seed: number, design: Design = ftpms): Promise<Outcome> {
  const world = new World(0, seed);
  const scenario = draw(world);
  world.now = scenario.begin - 60_000;
  const setups = scenario.parts.map(({ setup }) => setup);
  const cloud = new Cloud(world, [...setups, GUARDIAN], scenario.weather);
  cloud.rule = { ...cloud.rule, expression: rateOf(scenario.guardianEvery) };
  cloud.canSetRule = scenario.canSlow;
  for (const { at, name, change } of scenario.deployments) world.after(60_000 + at, () => cloud.deploy(name, change));
  const caps: Map<string, Amount> = new Map();
  const guard = design({ world, cloud, scenario, caps });
  const pools = scenario.parts.map((part) => {
    const pool = new Environments({ world, cloud, guard, ...part });
    world.after(60_000, () => load(world, pool, part));
    return pool;
  });
  let usedAtStop: number | undefined;
  cloud.onStop = () => {
    usedAtStop ??= share(cloud.used(monthOf(world.now)), caps.get(monthOf(world.now)) ?? scenario.limit);
  };
  await world.run(scenario.begin + scenario.span);
  const most = (of: (bill: Amount) => number): number => Math.max(0, ...Array.from(cloud.bills.values(), of));
  return {
    scenario,
    bills: Object.fromEntries(cloud.bills),
    used: most((bill) => share(bill, scenario.limit)),
    admitted: Math.max(0, ...Array.from(caps, ([month, cap]) => share(admittedIn(month, pools), cap))),
    usedAtStop,
    seen: Object.fromEntries(pools.map((pool, at) => [setups[at]?.name ?? '', pool.seen])),
    calls: cloud.calls,
    messages: cloud.messages,
  };
}

const NOTHING: Amount = { requests: 0, mbMs: 0 };
const admittedIn = (month: string, pools: readonly Environments[]): Amount =>
  pools.reduce((sum, { admitted }) => plus(sum, admitted.get(month) ?? NOTHING), NOTHING);
const share = (used: Amount, limit: Amount): number => Math.max(part(used.requests, limit.requests), part(used.mbMs, limit.mbMs));
const part = (used: number, of: number): number => (used === 0 ? 0 : used / of);

/** Sends requests at random, as often as the phase says. */
function load(world: World, pool: Environments, { phases }: Part): void {
  const begin = world.now;
  let phase = 0;
  const next = (): void => {
    const end = begin + (phases[phase + 1]?.at ?? Number.POSITIVE_INFINITY);
    const rps = phases[phase]?.rps ?? 0;
    // While a function is stopped, requests cost nothing, however many there are.
    const wait = Math.max(rps > 0 ? (-Math.log(1 - world.random()) / rps) * 1000 : Number.POSITIVE_INFINITY, pool.isShut ? world.between(1, 300) * 1000 : 0);
    if (world.now + wait >= end) {
      phase++;
      world.after(end - world.now, next);
    } else if (rps > 0) {
      world.after(wait, () => {
        pool.arrive();
        next();
      });
    }
  };
  next();
}

/** The design that is tested: the package's own code, with a simulated account and table. */
export function ftpms(stage: Stage): (of: Environment) => Guard {
  const { world, scenario } = stage;
  const tables = memoryTable();
  const guardian = guardianOf(stage, tables);
  keepRunning(stage, guardian);
  const { limit, thresholds, emergency } = scenario;
  const free: Guard = { start: () => undefined, end: () => undefined };
  const common = { scope: 'sim', limit, thresholds, emergency, enabled: true, table: 'sim', guardian: 'guardian', failMode: 'closed' } as const;
  const ledger = troubled(tables.ledger('sim'), stage, () => true);
  return ({ setup, skew, initMs }) => {
    if (!setup.protected) return free;
    const settings = {
      ...common,
      isCritical: () => setup.critical,
      hasCritical: setup.critical,
      afterMs: 0,
      beforeMs: 0,
      memoryMb: setup.memoryMb,
      concurrency: undefined,
      onLevel: undefined,
    };
    const clock = { now: () => world.now + skew, monotonic: () => world.now };
    const wake: ProtectionDeps['wake'] = async ({ month, why }) =>
      call(stage, () => billed(stage, () => (why === 'silent' ? stopSilent(guardian, setup.name) : stopNow(guardian, month))));
    const protection = new Protection(settings, { ledger, clock, random: world.random, initMs: () => initMs, wake, ttlMs: TTL_MS });
    return Object.assign(protection, { emergencies: () => protection.report().counts.emergency }) as Guard;
  };
}

function guardianOf(stage: Stage, tables: ReturnType<typeof memoryTable>): GuardianWorld {
  const { world, cloud, scenario } = stage;
  const { limit, thresholds, emergency, stopLatencyMs, parts } = scenario;
  const ledger = noting(tables.ledger('sim'), stage.caps);
  const functions = new Map(parts.flatMap(({ setup }) => (setup.protected ? [[setup.name, setup.critical] as const] : [])));
  return {
    account: cloud,
    ledger: troubled(ledger, stage, ({ everywhere }) => everywhere),
    records: troubled(tables.records('sim'), stage, ({ everywhere }) => everywhere),
    now: () => world.now,
    pause: (ms) => world.sleep(ms),
    settings: { scope: 'sim', limit, thresholds, emergency, afterMs: 0, stopLatencyMs, self: GUARDIAN.name, functions },
  };
}

/** Records the largest cap that a month has had. */
function noting(ledger: Ledger, caps: Stage['caps']): Ledger {
  const note = (month: string, { requests, mbMs }: Amount): void => {
    const known = caps.get(month) ?? NOTHING;
    caps.set(month, { requests: Math.max(requests, known.requests), mbMs: Math.max(mbMs, known.mbMs) });
  };
  const { begin, settle } = { begin: ledger.begin.bind(ledger), settle: ledger.settle.bind(ledger) };
  return Object.assign(ledger, {
    begin: (...[month, epoch, settings, already]: Parameters<Ledger['begin']>) => {
      note(month, settings.cap);
      return begin(month, epoch, settings, already);
    },
    settle: (...[seen, next]: Parameters<Ledger['settle']>) => {
      note(seen.month, next.settings.cap);
      return settle(seen, next);
    },
  });
}

/** Runs an invocation of the guardian, billed as AWS bills it. */
async function billed<T>({ world, cloud }: Pick<Stage, 'world' | 'cloud'>, work: () => Promise<T>): Promise<T> {
  const start = world.now;
  try {
    return await work();
  } finally {
    cloud.bill(GUARDIAN, start, Math.max(2, world.now - start));
  }
}

/** Runs the guardian late, twice, or not at all. Invocations between runs, which return at once, are billed as well. */
function keepRunning(stage: Stage, guardian: GuardianWorld): void {
  const { world, cloud, scenario } = stage;
  const { trouble, guardianEvery } = scenario;
  const schedule = createRunSchedule();
  const run = async (): Promise<void> => {
    const report = await billed(stage, () => reconcile(guardian));
    if (!report) return;
    schedule.ran(report);
  };
  const tick = (): void => {
    if (!schedule.isDue(world.now)) cloud.bill(GUARDIAN, world.now, 2);
    else {
      const times = world.chance(trouble.lostRuns) ? 0 : world.chance(trouble.doubleRuns) ? 2 : 1;
      // The next run tries again what failed, as on AWS.
      for (let one = 0; one < times; one++) world.after(world.random() * 2000, () => world.settle(() => void run().catch(() => undefined)));
    }
    world.after(next(), tick);
  };
  const next = (): number => (cloud.rule.expression === SLOW ? HOUR - ((world.now - 2 * MINUTE) % HOUR) : guardianEvery);
  // `suga ftpms setup` creates the month before the first request. It runs on a developer's machine, which AWS does not bill.
  const setUp = async (): Promise<true | undefined> => {
    const report = await reconcile(guardian);
    if (report) schedule.ran(report);
    return stage.caps.size > 0 || undefined;
  };
  world.after(0, () => world.settle(() => void untilDone(setUp, world)));
  world.after(60_000, tick);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function untilDone(work: () => Promise<unknown>, world: World): Promise<void> {
  while ((await work().catch(() => undefined)) === undefined) await world.sleep(500);
}

/** Sends an event to the guardian: lost, or handled. AWS repeats a failed one after a minute, twice. */
async function call({ world, scenario }: Stage, work: () => Promise<unknown>): Promise<void> {
  await world.sleep(world.random() * scenario.weather.callLatency);
  if (world.chance(scenario.trouble.lostCalls)) return;
  const attempt = (left: number): void =>
    void world.after(left === 2 ? world.random() * 500 : 60_000, () => world.settle(() => void work().catch(() => left > 0 && attempt(left - 1))));
  attempt(2);
}

/** A table that is slow, fails, and loses responses of completed calls. */
function troubled<Port extends object>(port: Port, { world, scenario }: Stage, isHit: (outage: Outage) => boolean): Port {
  const { trouble, begin } = scenario;
  const within = async (work: () => Promise<unknown>): Promise<unknown> => {
    await world.sleep(world.random() * trouble.ledgerLatency);
    const at = world.now - begin;
    const isOut = trouble.outages.some((outage) => isHit(outage) && at >= outage.from && at < outage.until);
    const isFailing = isOut || world.chance(trouble.ledgerFaults);
    if (!isFailing) return work();
    if (!isOut && world.chance(0.5)) await work();
    await world.sleep(1000);
    throw new Error('socket hang up');
  };
  return new Proxy(port, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => within(() => Reflect.apply(method, target, args));
    },
  });
}
