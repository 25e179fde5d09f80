import type { Amount, GuardianReport, Level } from '../contract.js';
import { inequalities } from '../guarantee/inequality.js';
import type { Month } from '../ledger/contract.js';
import { plus } from '../ledger/month-balance.js';
import { dayOf, type Survey } from './account-snapshot.js';
import { type GuardianDeps, MINUTE, type Watched } from './deps.js';
import { readEvents } from './event-log.js';
import { type Measured, NOTHING, withRecent } from './measure.js';
import { ownUse } from './own-use.js';
import { isSlow, type Schedule } from './schedule.js';
import type { State } from './state.js';

/** Key of the last report. */
export const REPORT = 'report';

/** Returns the last report, or `undefined` before the first run. */
export const lastReport = ({ records }: Pick<GuardianDeps, 'records'>): Promise<GuardianReport | undefined> => records.get<GuardianReport>(REPORT);

/** Results of a run. */
export interface Findings {
  readonly seen: Survey;
  readonly month: Month;
  readonly level: Level;
  readonly leased: Amount;
  readonly state: State;
}

/** Use that FTPMS does not limit. */
const UNPROTECTED = [
  'functions in other regions and accounts: only the figures of AWS contain them',
  'provisioned concurrency, Managed Instances, Durable Functions: they have no free allowance',
  'INITs that crash before the handler: no metric counts them',
  'other services: logs, queues, API Gateway, data transfer',
];

export async function reportOf(guard: GuardianDeps, { seen, month, level, leased, state }: Findings): Promise<GuardianReport> {
  const { settings, now } = guard;
  const { measured, plan, functions } = seen;
  const { foreign, missing } = namesOf(settings, seen);
  const aws = state.aws?.amount;
  return {
    version: 1,
    month: month.month,
    scope: settings.scope,
    at: now(),
    level,
    ...standingOf(month),
    measured: plus(measured.total, { requests: 0, mbMs: month.init }),
    measuredUntil: seen.measuredUntil,
    leased,
    projection: state.projection as NonNullable<State['projection']>,
    days: daysOf(seen),
    functions: functions.map((each) => functionOf(each, measured)),
    other: { ...measured.other, functions: foreign },
    ...(aws && { aws: { ...aws, at: state.aws?.at ?? 0 } }),
    own: ownUse(month.month, now(), state.own, settings.self === undefined ? undefined : measured.functions[settings.self]),
    inequalities: inequalities(plan, isOver(month, seen.measuredUntil) ? plus(plus(measured.total, { requests: 0, mbMs: month.init }), leased) : undefined),
    ...(state.schedule && state.schedule.rules.length > 0 && { schedule: scheduleOf(state.schedule) }),
    events: await readEvents(guard),
    unprotected: [...missing.map((name) => `${name}: it should be protected, but does not exist in this region`), ...UNPROTECTED],
  };
}

/** Whether the month is blocked, and everything that was refused until functions were stopped is measured. */
const isOver = ({ mode, stoppedAt }: Month, measuredUntil: number): boolean => mode === 'blocked' && stoppedAt > 0 && measuredUntil >= stoppedAt + MINUTE;

const scheduleOf = (schedule: Schedule): NonNullable<GuardianReport['schedule']> => ({
  rules: schedule.rules.map(({ name, expression }) => `${name}: ${expression}`),
  canSlow: schedule.canSlow,
  slow: isSlow(schedule),
});

const standingOf = ({ mode, limit, thresholds, cap }: Month): Pick<GuardianReport, 'mode' | 'limit' | 'thresholds' | 'cap'> => ({
  mode,
  limit,
  thresholds,
  cap,
});

function namesOf(
  { functions, self }: GuardianDeps['settings'],
  { described, functions: watched }: Survey,
): { readonly foreign: readonly string[]; readonly missing: readonly string[] } {
  const known = new Set(watched.map(({ name }) => name));
  return {
    foreign: described.flatMap(({ name }) => (known.has(name) ? [] : name)),
    missing: Array.from(functions.keys()).filter((name) => name !== self && !known.has(name)),
  };
}

function functionOf({ present, saved, unread, ...each }: Watched, { functions }: Measured): GuardianReport['functions'][number] {
  return { ...each, ...(functions[each.name] ?? NOTHING), ...(saved && { saved: saved.concurrency }), stopped: present === 0, ...(unread && { unread: true }) };
}

/** Returns the use per day: the whole hours, and the use after them. */
function daysOf({ base, recent, measuredUntil }: Survey): GuardianReport['days'] {
  return withRecent(base.days, recent.total, dayOf({ base, measuredUntil }));
}
