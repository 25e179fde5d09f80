import type { Check, GuardianReport } from '@suga/ftpms/operator';
import { formatPercent, table } from './terminal-output.js';

type Inequality = Check['inequalities'][number];

/** Converts MB·ms to GB-seconds, the unit of AWS's bill. */
const gbSeconds = (mbMs: number): string => Math.round(mbMs / 1_024_000).toLocaleString('en');
const formatAmount = ({ of }: Pick<Inequality, 'of'>, amount: number): string =>
  of === 'requests' ? amount.toLocaleString('en') : `${gbSeconds(amount)} GB-s`;

function inequalityLines(each: Inequality): string[] {
  const first =
    each.used === undefined ? ['leases are granted up to', formatAmount(each, each.cap)] : ['used; no more leases are granted', formatAmount(each, each.used)];
  const rows = [first, ...each.parts.map(({ what, amount }) => [what, formatAmount(each, amount)])];
  return [
    `${each.of}: ${formatAmount(each, each.reached)} ${each.holds ? '≤' : 'against'} ${formatAmount(each, each.limit)}: ${each.holds ? 'holds' : 'DOES NOT HOLD'}`,
    ...table(rows),
  ];
}

/** Lines with the guarantee, its numbers and their parts, and the changes to make. */
export function checkLines({ plan, inequalities, stranded, advice, warnings, writes }: Check): string[] {
  const rows = plan.functions.map(({ name, critical, memoryMb, timeoutMs, concurrency }) => [
    name,
    critical ? 'critical' : '',
    `${memoryMb} MB`,
    `${timeoutMs / 1000} s`,
    concurrency === undefined ? 'no reserved concurrency' : `${concurrency} at once`,
  ]);
  return [
    ...table(rows),
    `Stopping takes up to ${plan.stopLatencyMs / 1000} s; block at ${plan.thresholds.block * 100} %; each environment may serve ${plan.emergency} emergencies.`,
    `Up to ${writes.needed} writes a second; the table takes ${writes.table ?? 'any number, and each is billed'}.`,
    '',
    ...inequalities.flatMap(inequalityLines),
    ...strandedLines(stranded),
    ...section('What to change', advice),
    ...section('Warnings', warnings),
  ];
}

const section = (title: string, words: readonly string[]): string[] => (words.length > 0 ? ['', title, ...words.map((each) => `  ${each}`)] : []);

/** Lines with the mode at the time of the report, and the mode that the ledger has now. */
function modeLines({ now, mode, month, level, at, schedule }: GuardianReport, clock: number): string[] {
  const slow = schedule?.slow ? '; the guardian runs once an hour' : '';
  const head = `${month}: ${level.toUpperCase()}, ${mode}; ${Math.round((clock - at) / 60_000)} minutes old${slow}`;
  if (!now) return [head];
  const since = now.mode === mode ? '' : ' (newer than the report)';
  return [head, `Now: ${now.mode}${now.isHeld ? ', stopped by command until suga ftpms restore' : ''}${since}`];
}

/** Lines with the protected functions that have reserved concurrency 0 without a record. Empty if there are none. */
export const strandedLines = (stranded: readonly string[]): string[] => section('Stopped without a record', stranded);

/** Lines with a summary of the guardian's last report, and with the ledger's mode now. */
export function statusLines(report: GuardianReport, now: number): string[] {
  const { limit, cap, measured, leased, functions, projection } = report;
  const total = { requests: measured.requests + leased.requests, mbMs: measured.mbMs + leased.mbMs };
  const rows = functions.map((each) => [
    each.name,
    each.critical ? 'critical' : '',
    each.requests.toLocaleString('en'),
    `${gbSeconds(each.mbMs)} GB-s`,
    each.stopped ? 'STOPPED' : each.saved === undefined ? '' : 'lowered',
  ]);
  const own = report.own.map(({ line, projected, free }) => [line, projected.toLocaleString('en'), formatPercent(projected, free)]);
  return [
    ...modeLines(report, now),
    ...table([
      ['requests', total.requests.toLocaleString('en'), formatPercent(total.requests, limit.requests), `cap ${cap.requests.toLocaleString('en')}`],
      ['compute', `${gbSeconds(total.mbMs)} GB-s`, formatPercent(total.mbMs, limit.mbMs), `cap ${gbSeconds(cap.mbMs)} GB-s`],
    ]),
    projection.requests.insufficient
      ? 'There is not enough data to project the month.'
      : `Projected: ${projection.requests.expected.toLocaleString('en')} requests, ${gbSeconds(projection.mbMs.expected)} GB-s.`,
    'Functions',
    ...table(rows),
    'Own use by the end of the month',
    ...table(own),
    ...(report.events.length > 0 ? ['Events', ...table(report.events.slice(0, 10).map(({ at: when, what }) => [new Date(when).toISOString(), what]))] : []),
  ];
}
