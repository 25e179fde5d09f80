import type { Amount, GuardianReport, Level } from '../contract.js';
import { type GuardianDeps, HOUR } from './deps.js';
import { alert } from './event-log.js';
import type { State } from './state.js';
import { isStoppedBy } from './stop.js';
import { isStrandedIn, strandedWords } from './stranded.js';

const LEVELS: readonly Level[] = ['normal', 'warn', 'throttle', 'block'];

/** What there is to be told beside the report. */
interface News {
  readonly before: State;
  readonly failed: readonly string[];
}

/** Says what happened: each level once in a month, its end once, and a guarantee that does not hold once; every hour what should be stopped and is not. */
export async function alerts(guard: GuardianDeps, report: GuardianReport, { before, failed }: News): Promise<void> {
  const { level, month } = report;
  const [now, then] = [LEVELS.indexOf(level), LEVELS.indexOf(before.level)];
  const key = (name: string): string => `alert#${month}#${name}`;
  if (now > 0) await alert(guard, key(level), subjectOf(report), told(report));
  if (now < then) await alert(guard, key(`after ${before.level}`), `${level} again, all clear after ${before.level}`, told(report));
  await undone(guard, report, failed);
  for (const each of report.functions.filter(isStrandedIn))
    await alert(guard, key(`stranded ${each.name}`), `${each.name} is at 0`, [strandedWords({ name: each.name })]);
  if (report.inequalities.some(({ holds }) => !holds)) await alert(guard, key('guarantee'), 'the guarantee does not hold', brokenLines(report));
}

/** What the month asks for and could not be done. */
async function undone(guard: GuardianDeps, report: GuardianReport, failed: readonly string[]): Promise<void> {
  const running = runningOf(report);
  if (running.length === 0 && failed.length === 0) return;
  const { records, now } = guard;
  const key = `alert#${report.month}#undone`;
  const last = await records.get<{ readonly at: number }>(key);
  if (last && now() - last.at >= HOUR) await records.remove(key);
  const subject = running.length > 0 ? `NOT STOPPED: ${running.join(', ')}` : 'functions could not be changed';
  await alert(guard, key, subject, [...runningLines(running), ...failed, 'Each run tries it again. More: suga ftpms status']);
}

const runningOf = ({ mode, functions }: GuardianReport): string[] => functions.flatMap((each) => (isStoppedBy(mode, each) && !each.stopped ? each.name : []));

const runningLines = (running: readonly string[]): string[] =>
  running.length > 0 ? [`NOT STOPPED, and billed for what it refuses: ${running.join(', ')}.`] : [];

const subjectOf = (report: GuardianReport): string => `${report.level.toUpperCase()} at ${usedPercent(report)} % of the free tier`;

const total = ({ measured, leased }: GuardianReport): Amount => ({ requests: measured.requests + leased.requests, mbMs: measured.mbMs + leased.mbMs });

function usedPercent(report: GuardianReport): number {
  const { requests, mbMs } = total(report);
  return Math.floor(Math.max(requests / report.limit.requests, mbMs / report.limit.mbMs) * 100);
}

const DONE: Readonly<Record<Level, string>> = {
  normal: 'Functions have what they had before.',
  warn: 'Nothing is done yet.',
  throttle:
    'Reserved concurrency of functions that are not critical is lowered, and their queues and streams are disabled (what is refused would count towards dead-letter queues).',
  block: 'Functions are being stopped: reserved concurrency 0, event sources disabled.',
};

function told(report: GuardianReport): string[] {
  const { level, month, limit, measuredUntil, functions, other } = report;
  const { requests, mbMs } = total(report);
  const [first] = [...functions].sort((a, b) => weight(b, limit) - weight(a, limit));
  const stopped = functions.filter((each) => each.stopped).map(({ name }) => name);
  return [
    `Month ${month} (UTC), measured until ${new Date(measuredUntil).toISOString()}.`,
    `Requests: ${requests.toLocaleString('en')} of ${limit.requests.toLocaleString('en')}.`,
    `Compute: ${gbSeconds(mbMs)} of ${gbSeconds(limit.mbMs)} GB-seconds.`,
    ...(first ? [`Most by ${first.name}: ${first.requests.toLocaleString('en')} requests, ${gbSeconds(first.mbMs)} GB-seconds.`] : []),
    ...(other.requests > 0 ? [`Functions that are not protected: ${other.requests.toLocaleString('en')} requests.`] : []),
    DONE[level],
    ...runningLines(runningOf(report)),
    ...(stopped.length > 0 ? [`Stopped: ${stopped.join(', ')}.`] : []),
    ...(level === 'block' || level === 'throttle'
      ? ['They come back by themselves after the month, or when there is room. By hand, where there is room: suga ftpms restore']
      : []),
    'More: suga ftpms status',
  ];
}

const weight = ({ requests, mbMs }: Amount, limit: Amount): number => Math.max(requests / limit.requests, mbMs / limit.mbMs);
const gbSeconds = (mbMs: number): string => Math.round(mbMs / 1_024_000).toLocaleString('en');

function brokenLines({ inequalities, functions }: GuardianReport): string[] {
  const free = functions.flatMap(({ name, concurrency }) => (concurrency === undefined ? name : []));
  return [
    ...(free.length > 0 ? [`Without reserved concurrency: ${free.join(', ')}.`] : []),
    ...inequalities.map(
      ({ of, reached, limit, holds }) => `${of}: ${reached.toLocaleString('en')} of ${limit.toLocaleString('en')}${holds ? '' : ', does not hold'}.`,
    ),
    'What to change: suga ftpms check',
  ];
}
