import type { Plan } from '../contract.js';
import { monthOf } from '../guarantee/calendar.js';
import { caps, inequalities } from '../guarantee/inequality.js';
import { survey } from '../guardian/account-snapshot.js';
import { DAY, type GuardianDeps } from '../guardian/deps.js';
import { lastReport } from '../guardian/report.js';
import type { Schedule } from '../guardian/schedule.js';
import { isStranded, strandedWords } from '../guardian/stranded.js';
import { largestLease } from '../lease/request-size.js';
import { type Deployment, warningsOf } from './warnings.js';

/** Whether the guarantee holds for the deployed functions, and what to change if it does not. */
export interface Check {
  readonly holds: boolean;
  readonly plan: Plan;
  /** The inequalities with the block threshold as it is set. */
  readonly inequalities: ReturnType<typeof inequalities>;
  /** Names of functions that should be protected, but do not exist. */
  readonly missing: readonly string[];
  /** Protected functions that have reserved concurrency 0 without a record of what they had, with the command that restores each. */
  readonly stranded: readonly string[];
  /** Advice: what to change so that the guarantee holds, in words. Empty if it holds. */
  readonly advice: readonly string[];
  /** Assumptions that the functions' variables do not confirm, in words. They do not make the check fail, because the function's code may set the same. */
  readonly warnings: readonly string[];
  /**
   * `needed`: writes a second to the ledger's table if all environments are busy, or if a twentieth of the requests is left. `table`: writes a second
   * that the table takes; undefined if it is on demand.
   */
  readonly writes: { readonly needed: number; readonly table?: number };
}

/** A deployment has to hold in every month, not only in the rest of this one. */
const WHOLE_MONTH = 31 * DAY;

/** Reads functions, their reserved concurrency, and the use of other functions from AWS. */
export async function check(guard: GuardianDeps, deployment: Deployment): Promise<Check> {
  const schedule = await scheduleOf(guard);
  const { plan, functions } = await survey(guard, monthOf(guard.now()), {}, { until: guard.now() + WHOLE_MONTH, schedule });
  const missing = Array.from(guard.settings.functions.keys()).filter(
    (name) => name !== guard.settings.self && !plan.functions.some((each) => each.name === name),
  );
  const full = atFullBlock(plan);
  const holds = missing.length === 0 && full.every((each) => each.holds);
  const advice = holds ? [] : adviceFor(plan, missing);
  const needed = writesOf(plan);
  const warnings = [...warningsOf(guard, plan, deployment), ...scheduleWarnings(guard, schedule), ...tooFew(needed, deployment.writes)];
  const stranded = functions.filter(isStranded).map(strandedWords);
  const writes = { needed, ...(deployment.writes !== undefined && { table: deployment.writes }) };
  return { holds, plan, inequalities: full, missing, stranded, advice, warnings, writes };
}

/** Reads the guardian's rules. The last report says whether it may change them. Before the first report it is assumed that it may. */
export async function scheduleOf(guard: GuardianDeps): Promise<Schedule> {
  const { account, settings } = guard;
  if (settings.self === undefined) return { rules: [], canSlow: false };
  const rules = (await account.rules(settings.self)).filter(({ isEnabled }) => isEnabled);
  return { rules, canSlow: rules.length > 0 && ((await lastReport(guard))?.schedule?.canSlow ?? true) };
}

function scheduleWarnings({ settings }: GuardianDeps, { rules, canSlow }: Schedule): string[] {
  if (settings.self === undefined) return [];
  const words = 'so its use is counted as one run a minute until the month ends';
  if (rules.length === 0)
    return [`No EventBridge rule invokes the guardian, ${settings.self}, ${words}. A schedule of EventBridge Scheduler cannot be lowered.`];
  return canSlow
    ? []
    : [`The guardian, ${settings.self}, may not lower its own schedule after a BLOCK, ${words}. Attach policies/guardian.json (events:PutRule).`];
}

/**
 * Returns the largest number of writes a second. An environment gets at most ten requests a second. Its leases grow up to a limit. Near the end of
 * the allowance they become as small as what is left ÷ (4 × concurrency), but not below one.
 */
function writesOf({ functions, limit }: Plan): number {
  const all = functions.reduce((sum, { concurrency = 1000 }) => sum + concurrency, 0);
  const [busy, near] = [(10 * all) / largestLease(all), (40 * all ** 2) / (limit.requests / 20)];
  return Math.round(Math.min(10 * all, Math.max(busy, near)) * 100) / 100;
}

function tooFew(needed: number, writes = Number.POSITIVE_INFINITY): string[] {
  if (needed <= writes) return [];
  const words = `The table takes ${writes} writes a second, and may get ${needed}`;
  return [`${words}. Throttled functions are stopped, as if it were unreachable. Give it more (25 are free), or lower concurrency.`];
}

/**
 * Returns the inequalities with the full block threshold. The guardian lowers its cap if the inequality requires it. A deployment is refused instead,
 * so that an owner does not learn in an incident that BLOCK comes early.
 */
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
  const words = missing.map((name) => `${name} is named in FTPMS_FUNCTIONS, but does not exist in this region. Correct the name, or deploy it first.`);
  if (free.length > 0) words.push(`Set reserved concurrency for ${free.join(', ')}: without it nothing bounds them.${UNRESERVED}`);
  if (free.length > 0 || fits(plan)) return words;
  return [...words, ...waysOut(plan)];
}

const UNRESERVED = ' AWS keeps 100 for all others, so a new account, whose limit is 10, has to have it raised first (Service Quotas, "Concurrent executions").';

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
    ...(fits({ ...plan, emergency }) ? [`Or allow fewer emergencies: FTPMS_EMERGENCY=${emergency}, at the functions, the guardian and here.`] : []),
    ...(block > 0 ? [`Or block earlier: FTPMS_BLOCK_THRESHOLD=${block} (percent), with the other two below it.`] : []),
    'Or, if compute does not hold, give functions less memory or shorter timeouts.',
  ];
}

const listed = ({ functions }: Plan): string => functions.map(({ name, concurrency }) => `${name} ${concurrency}`).join(', ');

/** Returns the largest share that holds, to a thousandth, or `undefined` if none does. */
function largest(holds: (share: number) => boolean): number | undefined {
  let [low, high] = [0, 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle / 1000)) low = middle;
    else high = middle;
  }
  return low > 0 ? low / 1000 : undefined;
}
