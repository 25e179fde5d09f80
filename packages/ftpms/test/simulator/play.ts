import type { Amount } from '../../src/contract.js';
import { type Parts, Protection } from '../../src/ftpms.js';
import { stopNow } from '../../src/guardian/enforce.js';
import type { Guard as GuardianWorld } from '../../src/guardian/guard.js';
import { reconcile } from '../../src/guardian/reconcile.js';
import { stopSilent } from '../../src/guardian/silence.js';
import { TTL_MS } from '../../src/ledger.js';
import { memoryTable } from '../../src/memory.js';
import { monthOf } from '../../src/months.js';
import { caps } from '../../src/plan.js';
import { Cloud } from './cloud.js';
import { type Environment, Environments, type Guard, type Seen } from './environments.js';
import { type Outage, type Part, planOf, type Scenario } from './scenario.js';
import { World } from './world.js';

/** How a month went. */
export interface Outcome {
  readonly scenario: Scenario;
  /** What AWS billed, by month. */
  readonly bills: Readonly<Record<string, Amount>>;
  /** The larger share of the allowance that any month used: above 1, somebody pays. */
  readonly used: number;
  /** What was used when a function first stood still, as a share of the cap. */
  readonly usedAtStop: number | undefined;
  readonly seen: Readonly<Record<string, Seen>>;
  /** How much of the room between cap and allowance was needed: 0 to 1 as long as the inequality holds. */
  readonly room: number;
  readonly calls: ReadonlyMap<string, number>;
  readonly messages: readonly string[];
}

/** What guards an account: made once, asked for a guard for each environment. */
export type Design = (stage: Stage) => (of: Environment) => Guard;

/** What designs are made of. */
export interface Stage {
  readonly world: World;
  readonly cloud: Cloud;
  readonly scenario: Scenario;
}

/** Plays a month and says how it went. */
export async function play(draw: (world: World) => Scenario, seed: number, design: Design = ftpms): Promise<Outcome> {
  const world = new World(0, seed);
  const scenario = draw(world);
  world.now = scenario.begin - 60_000;
  const setups = scenario.parts.map(({ setup }) => setup);
  const cloud = new Cloud(world, setups, scenario.weather);
  const guard = design({ world, cloud, scenario });
  const pools = scenario.parts.map((part) => {
    const pool = new Environments({ world, cloud, guard, ...part });
    world.after(60_000, () => load(world, pool, part));
    return pool;
  });
  const cap = caps(planOf(scenario));
  let usedAtStop: number | undefined;
  cloud.onStop = () => {
    usedAtStop ??= share(cloud.used(monthOf(world.now)), cap);
  };
  await world.run(scenario.begin + scenario.span);
  const most = (of: (bill: Amount) => number): number => Math.max(0, ...Array.from(cloud.bills.values(), of));
  return {
    scenario,
    bills: Object.fromEntries(cloud.bills),
    used: most((bill) => share(bill, scenario.limit)),
    room: most((bill) => share(over(bill, cap), over(scenario.limit, cap))),
    usedAtStop,
    seen: Object.fromEntries(pools.map((pool, at) => [setups[at]?.name ?? '', pool.seen])),
    calls: cloud.calls,
    messages: cloud.messages,
  };
}

const over = (amount: Amount, cap: Amount): Amount => ({ requests: Math.max(0, amount.requests - cap.requests), mbMs: Math.max(0, amount.mbMs - cap.mbMs) });
const share = (used: Amount, limit: Amount): number => Math.max(used.requests / limit.requests, used.mbMs / limit.mbMs);

/** Requests come at random, as often as the phase says. */
function load(world: World, pool: Environments, { phases }: Part): void {
  const begin = world.now;
  let phase = 0;
  const next = (): void => {
    const end = begin + (phases[phase + 1]?.at ?? Number.POSITIVE_INFINITY);
    const rps = phases[phase]?.rps ?? 0;
    // Nobody gets in while the door is shut, however many come.
    const wait = Math.max(rps > 0 ? (-Math.log(1 - world.random()) / rps) * 1000 : Number.POSITIVE_INFINITY, pool.isShut ? 10_000 : 0);
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

/** The design that is proved here: the package's own code, on a simulated account and table. */
export function ftpms(stage: Stage): (of: Environment) => Guard {
  const { world, scenario } = stage;
  const tables = memoryTable();
  const guardian = guardianOf(stage, tables);
  keepRunning(stage, guardian);
  const { limit, thresholds, emergency } = scenario;
  const common = { scope: 'sim', limit, thresholds, emergency, enabled: true, table: 'sim', guardian: 'guardian', failMode: 'closed' } as const;
  const ledger = troubled(tables.ledger('sim'), stage, () => true);
  return ({ setup, skew, initMs }) => {
    const settings = {
      ...common,
      isCritical: () => setup.critical,
      hasCritical: setup.critical,
      afterMs: 0,
      memoryMb: setup.memoryMb,
      concurrency: undefined,
      onLevel: undefined,
    };
    const clock = { now: () => world.now + skew, monotonic: () => world.now };
    const wake: Parts['wake'] = async ({ month, why }) => call(stage, () => (why === 'silent' ? stopSilent(guardian, setup.name) : stopNow(guardian, month)));
    return new Protection(settings, { ledger, clock, random: world.random, initMs: () => initMs, wake, ttlMs: TTL_MS }) as Guard;
  };
}

function guardianOf({ world, cloud, scenario }: Stage, tables: ReturnType<typeof memoryTable>): GuardianWorld {
  const { limit, thresholds, emergency, stopLatencyMs, parts } = scenario;
  const functions = new Map(parts.flatMap(({ setup }) => (setup.protected ? [[setup.name, setup.critical] as const] : [])));
  const stage = { world, cloud, scenario };
  return {
    account: cloud,
    ledger: troubled(tables.ledger('sim'), stage, ({ everywhere }) => everywhere),
    records: troubled(tables.records('sim'), stage, ({ everywhere }) => everywhere),
    now: () => world.now,
    settings: { scope: 'sim', limit, thresholds, emergency, afterMs: 0, stopLatencyMs, self: undefined, functions },
  };
}

/** Runs come late, twice, or not at all. */
function keepRunning({ world, scenario }: Stage, guardian: GuardianWorld): void {
  const { trouble, guardianEvery } = scenario;
  const run = (): void => {
    const times = world.chance(trouble.lostRuns) ? 0 : world.chance(trouble.doubleRuns) ? 2 : 1;
    // What fails is tried again by the next run, as on AWS.
    for (let one = 0; one < times; one++) world.after(world.random() * 2000, () => world.settle(() => void reconcile(guardian).catch(() => undefined)));
    world.after(guardianEvery, run);
  };
  // It has run before anybody comes.
  world.after(0, () => world.settle(() => void untilDone(() => reconcile(guardian), world)));
  world.after(60_000, run);
}

async function untilDone(work: () => Promise<unknown>, world: World): Promise<void> {
  while ((await work().catch(() => undefined)) === undefined) await world.sleep(500);
}

/** An event for the guardian: lost, or carried out; AWS tries one that failed again after a minute, twice. */
async function call({ world, scenario }: Stage, work: () => Promise<unknown>): Promise<void> {
  await world.sleep(world.random() * scenario.weather.callLatency);
  if (world.chance(scenario.trouble.lostCalls)) return;
  const attempt = (left: number): void =>
    void world.after(left === 2 ? world.random() * 500 : 60_000, () => world.settle(() => void work().catch(() => left > 0 && attempt(left - 1))));
  attempt(2);
}

/** A table that is slow, fails, and loses answers of what it has carried out. */
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
