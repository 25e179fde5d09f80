import type { Amount, GuardianReport } from '../contract.js';
import { beginOf, endOf, monthOf } from '../guarantee/calendar.js';
import { caps } from '../guarantee/inequality.js';
import { standing } from '../guarantee/level.js';
import { type AlreadyUsed, type Ledger, type Month, type MonthSettings, TTL_MS } from '../ledger/contract.js';
import { minus, plus } from '../ledger/month-balance.js';
import { type Survey, survey } from './account-snapshot.js';
import { alerts } from './alerts.js';
import { DAY, type GuardianDeps, HOLD, MINUTE } from './deps.js';
import { enforce, stopNow } from './enforce.js';
import { note } from './event-log.js';
import { levelOf, loweredBy, modeFor, reserveOf } from './levels.js';
import { alone } from './lock.js';
import { NOTHING } from './measure.js';
import { counting } from './metered-deps.js';
import { projected } from './month-forecast.js';
import { gauges } from './published-metrics.js';
import { type Findings, REPORT, reportOf } from './report.js';
import { nextRunIn } from './run-interval.js';
import { adaptSchedule } from './schedule.js';
import { type AwsFigure, calibrated, freshState, type State } from './state.js';
import { watch } from './watch.js';

const STATE = 'state';

/**
 * Does one run: measures the month, settles the ledger, brings the functions into the state that the month requires, and reports.
 * @returns the report, or `undefined` if another run is in progress or was faster
 */
export async function reconcile(guard: GuardianDeps): Promise<GuardianReport | undefined> {
  return alone(guard, async () => {
    const begun = guard.now();
    const month = monthOf(begun);
    const known = await guard.records.get<State>(STATE);
    const state = known?.month === month ? known : freshState(month, known);
    const own = { ...state.own, runs: state.own.runs + 1 };
    const found = await run(counting(guard, own), { ...state, own });
    if (!found) return undefined;
    own.ms += guard.now() - begun;
    // These two writes, and the two of the lock.
    own.writes += 4;
    await guard.records.put(REPORT, found.report);
    await guard.records.put(STATE, { ...found.state, own });
    return found.report;
  });
}

async function run(guard: GuardianDeps, state: State): Promise<{ readonly report: GuardianReport; readonly state: State } | undefined> {
  const open = (await guard.ledger.read(state.month))?.open.keys() ?? [];
  const seen = await survey(guard, state.month, { ...state, open: [...open] });
  const aws = await figure(guard, state, seen.measured.total);
  const settings = settingsOf(seen);
  if (seen.isFresh) await begin(guard, seen, settings);
  const settled = await settle(guard, seen, { state, aws, settings });
  if (!settled) return undefined;
  const month = await decide(guard, settled.month, seen, settings.reserve);
  const { functions, failed } = await act(guard, month, seen);
  const after = { ...seen, functions };
  const level = levelOf(month, state.level);
  const projection = seen.isFresh || !state.projection ? projected(guard, state, { seen, month, total: settled.total }) : state.projection;
  const schedule = await adaptSchedule(guard, seen.schedule, month);
  const { base, configurations } = seen;
  const next: State = { ...state, level, base, configurations, schedule, projection, epochs: settled.epochs, ...(aws && { aws }) };
  const findings: Findings = { seen: after, month, level, leased: settled.leased, state: next };
  const report = await reportOf(guard, findings);
  await alerts(guard, report, { before: state, failed });
  await guard.account.publish(gauges(report), nextRunIn(report)).catch((error: Error) => note(guard, `The metrics could not be published: ${error.message}`));
  return { report, state: next };
}

/** The settings of the ledger's month that follow from the plan. */
export function settingsOf({ plan }: Pick<Survey, 'plan'>): MonthSettings {
  const { limit, thresholds, functions } = plan;
  const cap = caps(plan);
  // A function without reserved concurrency counts with the account's default limit, as in the plan.
  const concurrency = functions.reduce((sum, each) => sum + (each.concurrency ?? 1000), 0);
  return { limit, thresholds, cap, concurrency, reserve: reserveOf(cap, plan) };
}

/** Creates the items of this month and of the next one. Environments must find the item, however late the first run of a month is. */
export async function begin({ ledger, now }: GuardianDeps, seen: Survey, settings: MonthSettings): Promise<readonly string[]> {
  const months = [monthOf(now()), monthOf(endOf(monthOf(now())))] as const;
  await ledger.begin(months[0], now(), settings, already(seen));
  await ledger.begin(months[1], now(), settings);
  return months;
}

/** A table may be created in the middle of a month, or created again. Use before that must not be granted again. */
const already = ({ measured, unseen }: Pick<Survey, 'measured' | 'unseen'>): AlreadyUsed => ({ measured: measured.total, unseen });

interface Settled {
  readonly month: Month;
  readonly total: Amount;
  readonly leased: Amount;
  readonly epochs: readonly number[];
}

/** Sets the month's total to the measured use, plus grants that are too recent to be measured. */
async function settle(
  guard: GuardianDeps,
  seen: Survey,
  { state, aws, settings }: { readonly state: State; readonly aws: AwsFigure | undefined; readonly settings: MonthSettings },
): Promise<Settled | undefined> {
  const { ledger, now } = guard;
  const { measured, measuredUntil } = seen;
  const before = await known(ledger, state.month, settings, { epoch: now(), already: already(seen) });
  const epoch = Math.max(now(), before.epoch + 1);
  const epochs = [...new Set([...state.epochs, ...before.open.keys(), before.epoch, epoch])].sort((a, b) => a - b);
  // An epoch ends when the next one starts. A grant of it may still start invocations until it expires.
  const settled = epochs.filter((each, index) => before.open.has(each) && (epochs[index + 1] ?? epoch) <= measuredUntil - TTL_MS);
  const leased = Array.from(before.open).reduce((sum, [each, amount]) => (settled.includes(each) ? sum : plus(sum, amount)), NOTHING);
  const { requests, mbMs } = calibrated({ requests: measured.total.requests, mbMs: measured.total.mbMs + before.init }, aws);
  const total = plus({ requests: Math.ceil(requests), mbMs: Math.ceil(mbMs) }, leased);
  if (!(await ledger.settle(before, { epoch, total, settled, settings }))) return undefined;
  const left = minus(settings.cap, total);
  const { reserve, ...set } = settings;
  const oldest = Math.min(...epochs.filter((each) => before.open.has(each) && !settled.includes(each)), before.epoch);
  return { month: { ...before, ...set, epoch, left, free: minus(left, reserve) }, total, leased, epochs: epochs.filter((each) => each >= oldest) };
}

/** Reads the month from the ledger. Creates it if it has been deleted. */
async function known(
  ledger: Ledger,
  name: string,
  settings: MonthSettings,
  { epoch, already: used }: { readonly epoch: number; readonly already: AlreadyUsed },
): Promise<Month> {
  const month = await ledger.read(name);
  if (month) return month;
  await ledger.begin(name, epoch, settings, used);
  const begun = await ledger.read(name);
  if (begun) return begun;
  throw new Error(`ftpms: the month ${name} was written, but cannot be read.`);
}

async function decide({ ledger, records }: GuardianDeps, month: Month, { measuredUntil }: Survey, reserve: Amount): Promise<Month> {
  const isHeld = (await records.get(HOLD)) !== undefined;
  const mode = modeFor({ month, left: month.left, reserve, measuredUntil, isHeld });
  if (mode === month.mode) return month;
  // If an environment was faster, the next run uses the mode that it set.
  if (!(await ledger.mode(month.month, [month.mode], mode))) return (await ledger.read(month.month)) ?? month;
  return { ...month, mode, stoppedAt: 0 };
}

/** @returns the functions after the changes, and the changes that failed */
async function act(
  guard: GuardianDeps,
  month: Month,
  { functions, measured, measuredUntil, described }: Survey,
): Promise<{ readonly functions: Survey['functions']; readonly failed: readonly string[] }> {
  const { level, shed } = standing(month);
  const mayRestore = guard.now() >= beginOf(month.month) + 2 * MINUTE;
  const lowered = level === 'throttle' && month.mode === 'open' ? loweredBy(shed) : 0;
  const { changed, failed } = await enforce(guard, functions, { month, lowered, used: measured.functions, measuredUntil, mayRestore });
  // An environment may have been refused, and may have had functions stopped, while this run restored them.
  if (changed.length > 0 && month.mode === 'open') await stopNow(guard, month.month);
  return { functions: changed.length > 0 ? await watch(guard, described) : functions, failed };
}

/** Reads AWS's own figures once a day, because AWS does not update them more often. */
async function figure({ account, now }: GuardianDeps, { aws, month }: State, ours: Amount): Promise<AwsFigure | undefined> {
  // Just after a month's turn AWS still returns the figures of the month before.
  if (now() < beginOf(month) + DAY) return undefined;
  if (aws && now() - aws.at < DAY) return aws;
  const amount = await account.freeTier();
  return { at: now(), ours, ...(amount && { amount }) };
}
