import type { Plan } from '../contract.js';
import { monthOf } from '../guarantee/calendar.js';
import { caps, inequalities } from '../guarantee/inequality.js';
import { survey } from '../guardian/account-snapshot.js';
import { DAY, type GuardianDeps } from '../guardian/deps.js';
import { lastReport } from '../guardian/report.js';
import type { Schedule } from '../guardian/schedule.js';
import { isStranded, strandedWords } from '../guardian/stranded.js';
import { largestLease } from '../lease/request-size.js';
import { type Scene, warningsOf } from './warnings.js';

/** Whether the guarantee holds for the functions as they are, and what to change where it does not. */
export interface Check {
  readonly holds: boolean;
  readonly plan: Plan;
  /** With the block threshold as it is set. */
  readonly inequalities: ReturnType<typeof inequalities>;
  /** What is named and not there. */
  readonly missing: readonly string[];
  /** Protected functions that have reserved concurrency 0 while nothing says what they had before, with the command that gives it back. */
  readonly stranded: readonly string[];
  /** Advice in words on how to make it hold; empty if it holds. */
  readonly advice: readonly string[];
  /** What the numbers take for granted and the deployment does not say, in words. No reason to refuse: code may say it. */
  readonly warnings: readonly string[];
  /** Writes a second to the ledger's table if all environments are busy, or a twentieth of the requests is left; and how many it takes, absent if it is on demand. */
  readonly writes: { readonly needed: number; readonly table?: number };
}

/** A deployment is to hold in every month, and not only in what is left of this one. */
const WHOLE_MONTH = 31 * DAY;

/** Reads functions, their reserved concurrency, and what the others use, from AWS. */
export async function check(guard: GuardianDeps, scene: Scene): Promise<Check> {
  const schedule = await scheduleOf(guard);
  const { plan, functions } = await survey(guard, monthOf(guard.now()), {}, { until: guard.now() + WHOLE_MONTH, schedule });
  const missing = Array.from(guard.settings.functions.keys()).filter(
    (name) => name !== guard.settings.self && !plan.functions.some((each) => each.name === name),
  );
  const full = atFullBlock(plan);
  const holds = missing.length === 0 && full.every((each) => each.holds);
  const advice = holds ? [] : adviceFor(plan, missing);
  const needed = writesOf(plan);
  const warnings = [...warningsOf(guard, plan, scene), ...scheduleWarnings(guard, schedule), ...tooFew(needed, scene.writes)];
  const stranded = functions.filter(isStranded).map(strandedWords);
  const writes = { needed, ...(scene.writes !== undefined && { table: scene.writes }) };
  return { holds, plan, inequalities: full, missing, stranded, advice, warnings, writes };
}

/** The guardian's rules; whether it may change them, its last report says, and before the first one it is taken for granted. */
export async function scheduleOf(guard: GuardianDeps): Promise<Schedule> {
  const { account, settings } = guard;
  if (settings.self === undefined) return { rules: [], canSlow: false };
  const rules = (await account.rules(settings.self)).filter(({ isEnabled }) => isEnabled);
  return { rules, canSlow: rules.length > 0 && ((await lastReport(guard))?.schedule?.canSlow ?? true) };
}

function scheduleWarnings({ settings }: GuardianDeps, { rules, canSlow }: Schedule): string[] {
  if (settings.self === undefined) return [];
  const words = 'so its use counts with one run a minute until the month ends';
  if (rules.length === 0)
    return [`No EventBridge rule invokes the guardian, ${settings.self}, ${words}: a schedule of EventBridge Scheduler cannot be lowered.`];
  return canSlow
    ? []
    : [`The guardian, ${settings.self}, may not lower its own schedule after a BLOCK, ${words}: attach policies/guardian.json (events:PutRule).`];
}

/**
 * An environment has at most ten requests a second. Its leases grow up to a size of their own, and near the end of the allowance they become as
 * small as what is left ÷ (4 × concurrency), but not less than one.
 */
function writesOf({ functions, limit }: Plan): number {
  const all = functions.reduce((sum, { concurrency = 1000 }) => sum + concurrency, 0);
  const [busy, near] = [(10 * all) / largestLease(all), (40 * all ** 2) / (limit.requests / 20)];
  return Math.round(Math.min(10 * all, Math.max(busy, near)) * 100) / 100;
}

function tooFew(needed: number, writes = Number.POSITIVE_INFINITY): string[] {
  if (needed <= writes) return [];
  const words = `The table takes ${writes} writes a second, and it may be asked for ${needed}`;
  return [`${words}: functions that it refuses are stopped as if it were away. Give it more (25 are free), or lower concurrency.`];
}

/** The guardian lowers its cap where the inequality asks for it. A deployment is refused instead: nobody wants to learn from an incident that BLOCK comes early. */
function atFullBlock(plan: Plan): Check['inequalities'] {
  const { limit, thresholds } = plan;
  return inequalities(plan).map((each) => {
    const cap = Math.floor(thresholds.block * limit[each.of === 'requests' ? 'requests' : 'mbMs']);
    const reached = each.reached - each.cap + cap;
    const isBounded = plan.functions.every(({ concurrency }) => concurrency !== undefined);
    return { ...each, cap, reached, holds: isBounded && reached <= each.limit };
  });
}

const fits = (plan: Plan): boolean => atFullBlock(plan).every(({ reached, limit }) => reached <= limit);

function adviceFor(plan: Plan, missing: readonly string[]): string[] {
  const free = plan.functions.flatMap(({ name, concurrency }) => (concurrency === undefined ? name : []));
  const words = missing.map((name) => `${name} is named in FTPMS_FUNCTIONS, and is not in this region: correct the name or deploy it first.`);
  if (free.length > 0) words.push(`Set reserved concurrency for ${free.join(', ')}: without it nothing bounds them.${UNRESERVED}`);
  if (free.length > 0 || fits(plan)) return words;
  return [...words, ...waysOut(plan)];
}

const UNRESERVED = ' AWS leaves 100 to all others: a new account, whose limit is 10, has to have it raised first (Service Quotas, "Concurrent executions").';

function waysOut(plan: Plan): string[] {
  const all = plan.functions.reduce((sum, { concurrency = 0 }) => sum + concurrency, 0);
  const scaled = (share: number): Plan => ({
    ...plan,
    functions: plan.functions.map((each) => ({ ...each, concurrency: Math.max(1, Math.floor((each.concurrency ?? 0) * share)) })),
  });
  const share = largest((each) => fits(scaled(each)));
  const latency = largest((each) => fits({ ...plan, stopLatencyMs: plan.stopLatencyMs * each }));
  const emergency = Math.floor(plan.emergency * (largest((each) => fits({ ...plan, emergency: Math.floor(plan.emergency * each) })) ?? 0));
  const cap = caps(plan);
  const block = Math.floor(Math.min(cap.requests / plan.limit.requests, cap.mbMs / plan.limit.mbMs) * 1000) / 10;
  const total = scaled(share ?? 0).functions.reduce((sum, { concurrency = 0 }) => sum + concurrency, 0);
  return [
    ...(share === undefined ? [] : [`Lower reserved concurrency from ${all} to ${total} in all: ${listed(scaled(share))}.`]),
    ...(latency === undefined
      ? []
      : [`Or stop faster: FTPMS_STOP_LATENCY_S=${Math.floor((plan.stopLatencyMs * latency) / 100) / 10} (measure it: suga ftpms drill).`]),
    ...(fits({ ...plan, emergency }) ? [`Or serve fewer emergencies: FTPMS_EMERGENCY=${emergency}, at the functions, the guardian and here.`] : []),
    ...(block > 0 ? [`Or block earlier: FTPMS_BLOCK_THRESHOLD=${block} (percent), with the other two below it.`] : []),
    'Or give functions less memory or shorter timeouts, where it is compute that does not hold.',
  ];
}

const listed = ({ functions }: Plan): string => functions.map(({ name, concurrency }) => `${name} ${concurrency}`).join(', ');

/** The largest share that holds, to a thousandth; `undefined` where none does. */
function largest(holds: (share: number) => boolean): number | undefined {
  let [low, high] = [0, 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle / 1000)) low = middle;
    else high = middle;
  }
  return low > 0 ? low / 1000 : undefined;
}
