import type { Recommendation, RequestUsage, Usage } from '@suga/lmms';
import { recommend } from '@suga/lmms/advice';
import { firstTen, formatCount, formatPercent, table } from './terminal-output.js';

/** Shares of a request type's invocations: above the first an interface is hot, below the second it is cold. */
const [HOT_SHARE, COLD_SHARE] = [0.5, 0.1];

/** Lines with usage per request type, and recommendations. */
export function usageLines(usage: Usage, memoryMb: number): string[] {
  const types = Object.entries(usage.requests).sort(([, a], [, b]) => b.invocations - a.invocations);
  const sum = (key: 'invocations' | 'coldStarts'): number => types.reduce((all, [, each]) => all + each[key], 0);
  const total = [formatCount(usage.environments, 'environment'), formatCount(sum('invocations'), 'invocation'), formatCount(sum('coldStarts'), 'cold start')];
  return [
    total.join(', '),
    ...types.flatMap(([type, each]) => ['', ...requestLines(type, each)]),
    ...loadLines(usage),
    '',
    `Recommendations at ${memoryMb} MB`,
    ...adviceLines(recommend(usage, memoryMb), sum('coldStarts')),
  ];
}

function requestLines(type: string, { invocations, coldStarts, interfaces, operations, together }: RequestUsage): string[] {
  const rows = (of: Readonly<Record<string, number>>, note: (count: number) => string = () => ''): string[][] =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => [name, count.toLocaleString('en'), formatPercent(count, invocations), note(count)]);
  const heat = (count: number): string => (count > invocations * HOT_SHARE ? 'hot' : count < invocations * COLD_SHARE ? 'cold' : '');
  const [head = ''] = table([[type]]);
  return [
    `${head.trim()}: ${formatCount(invocations, 'invocation')}, ${formatCount(coldStarts, 'cold start')}`,
    ...section('interfaces', rows(interfaces, heat)),
    ...section('operations', firstTen(rows(operations))),
    ...section('used together', firstTen(rows(together))),
  ];
}

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length > 0 ? [`  ${title}`, ...table(rows).map((line) => `  ${line}`)] : [];

function loadLines({ loads }: Usage): string[] {
  const rows = Object.entries(loads)
    .sort(([, a], [, b]) => b.totalMs - a.totalMs)
    .map(([name, { count, totalMs }]) => [name, formatCount(count, 'load'), `${(totalMs / Math.max(1, count)).toFixed(1)} ms each`]);
  return rows.length > 0 ? ['', 'Loads', ...table(rows)] : [];
}

function adviceLines(advice: readonly Recommendation[], coldStarts: number): string[] {
  if (advice.length > 0) return table(advice.map((each) => [describe(each), each.reason]));
  return [coldStarts < 3 ? '  None yet: they need three cold starts.' : '  None: nothing to change.'];
}

function describe({ action, interface: name, request }: Recommendation): string {
  switch (action) {
    case 'preload':
      return `preload ${name}`;
    case 'leave lazy':
      return `leave ${name} lazy`;
    case 'preload for':
      return `preload ${name} for ${request}`;
    default:
      return `unload ${name} early`;
  }
}
