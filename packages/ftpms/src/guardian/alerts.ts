import type { Amount, GuardianReport, Inequality, Level } from '../contract.js';
import { type GuardianDeps, HOUR } from './deps.js';
import { alert } from './event-log.js';
import type { State } from './state.js';
import { isStoppedBy } from './stop.js';
import { isStrandedIn, strandedWords } from './stranded.js';

const LEVELS: readonly Level[] = ['normal', 'warn', 'throttle', 'block'];

/** Facts for alerts that are not in the report. */
interface AlertContext {
  readonly before: State;
  readonly failed: readonly string[];
}

/**
 * Sends alerts. Once in a month: each level, the end of each level, and a guarantee that does not hold. Every hour: functions that should be stopped
 * and are not.
 */
export async function alerts(guard: GuardianDeps, report: GuardianReport, { before, failed }: AlertContext): Promise<void> {
  const { level, month } = report;
  const [now, then] = [LEVELS.indexOf(level), LEVELS.indexOf(before.level)];
  const key = (name: string): string => `alert#${month}#${name}`;
  if (now > 0) await alert(guard, key(level), subjectOf(report), alertLines(report));
  if (now < then) await alert(guard, key(`after ${before.level}`), `back to ${level} after ${before.level}`, alertLines(report));
  await undone(guard, report, failed);
  for (const each of report.functions.filter(isStrandedIn))
    await alert(guard, key(`stranded ${each.name}`), `${each.name} has reserved concurrency 0`, [strandedWords({ name: each.name })]);
  if (report.inequalities.some(({ holds }) => !holds)) await alert(guard, key('guarantee'), 'the guarantee does not hold', brokenLines(report));
}

/** Sends an alert about changes that the month requires and that failed. */
async function undone(guard: GuardianDeps, report: GuardianReport, failed: readonly string[]): Promise<void> {
  const running = runningOf(report);
  if (running.length === 0 && failed.length === 0) return;
  const { records, now } = guard;
  const key = `alert#${report.month}#undone`;
  const last = await records.get<{ readonly at: number }>(key);
  if (last && now() - last.at >= HOUR) await records.remove(key);
  const subject = running.length > 0 ? `NOT STOPPED: ${running.join(', ')}` : 'functions could not be changed';
  await alert(guard, key, subject, [...runningLines(running), ...failed, 'Each run tries again. Details: suga ftpms status']);
}

const runningOf = ({ mode, functions }: GuardianReport): string[] => functions.flatMap((each) => (isStoppedBy(mode, each) && !each.stopped ? each.name : []));

const runningLines = (running: readonly string[]): string[] =>
  running.length > 0 ? [`NOT STOPPED, and billed for refused requests: ${running.join(', ')}.`] : [];

const subjectOf = (report: GuardianReport): string => `${report.level.toUpperCase()} at ${usedPercent(report)} % of the free tier`;

const total = ({ measured, leased }: GuardianReport): Amount => ({ requests: measured.requests + leased.requests, mbMs: measured.mbMs + leased.mbMs });

function usedPercent(report: GuardianReport): number {
  const { requests, mbMs } = total(report);
  return Math.floor(Math.max(requests / report.limit.requests, mbMs / report.limit.mbMs) * 100);
}

const DONE: Readonly<Record<Level, string>> = {
  normal: 'Functions have their earlier settings again.',
  warn: 'Nothing has been changed yet.',
  throttle:
    'Functions that are not critical have less reserved concurrency. Their queues and streams are disabled, as refused deliveries would count towards dead-letter queues.',
  block: 'Functions are being stopped: reserved concurrency 0, event sources disabled.',
};

function alertLines(report: GuardianReport): string[] {
  const { level, month, limit, measuredUntil, functions, other } = report;
  const { requests, mbMs } = total(report);
  const [first] = [...functions].sort((a, b) => weight(b, limit) - weight(a, limit));
  const stopped = functions.filter((each) => each.stopped).map(({ name }) => name);
  return [
    `Month ${month} (UTC), measured until ${new Date(measuredUntil).toISOString()}.`,
    `Used or leased: ${requests.toLocaleString('en')} of ${limit.requests.toLocaleString('en')} requests, ${gbSeconds(mbMs)} of ${gbSeconds(limit.mbMs)} GB-seconds.`,
    ...(first ? [`Largest use: ${first.name} with ${first.requests.toLocaleString('en')} requests and ${gbSeconds(first.mbMs)} GB-seconds.`] : []),
    ...(other.requests > 0 ? [`Functions that are not protected: ${other.requests.toLocaleString('en')} requests.`] : []),
    DONE[level],
    ...runningLines(runningOf(report)),
    ...(stopped.length > 0 ? [`Stopped: ${stopped.join(', ')}.`] : []),
    ...(level === 'block' || level === 'throttle'
      ? ['The guardian restores them next month, or when enough is free again. By hand, if enough is left: suga ftpms restore']
      : []),
    'Details: suga ftpms status',
  ];
}

const weight = ({ requests, mbMs }: Amount, limit: Amount): number => Math.max(requests / limit.requests, mbMs / limit.mbMs);
const gbSeconds = (mbMs: number): string => Math.round(mbMs / 1_024_000).toLocaleString('en');
const amountOf = (of: Inequality['of'], amount: number): string => (of === 'requests' ? amount.toLocaleString('en') : `${gbSeconds(amount)} GB-seconds`);

function brokenLines({ inequalities, functions }: GuardianReport): string[] {
  const free = functions.flatMap(({ name, concurrency }) => (concurrency === undefined ? name : []));
  return [
    ...(free.length > 0 ? [`Without reserved concurrency: ${free.join(', ')}.`] : []),
    ...inequalities.map(({ of, reached, limit, holds }) => `${of}: up to ${amountOf(of, reached)} of ${amountOf(of, limit)}${holds ? '' : ': DOES NOT HOLD'}.`),
    'What to change: suga ftpms check',
  ];
}
