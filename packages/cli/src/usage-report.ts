import type { Recommendation, RequestUsage, Usage } from '@suga/lmms';
import { recommend } from '@suga/lmms/advice';
import { counted, percent, table, top } from './terminal-output.js';

/** Above the first share of a type's invocations an interface is hot, below the second it is cold. */
const [HOT, COLD] = [0.5, 0.1];

/** Usage, and what follows from it, for people. */
export function usageLines(usage: Usage, memoryMb: number): string[] {
  const types = Object.entries(usage.requests).sort(([, a], [, b]) => b.invocations - a.invocations);
  const sum = (key: 'invocations' | 'coldStarts'): number => types.reduce((all, [, each]) => all + each[key], 0);
  const total = [counted(usage.environments, 'environment'), counted(sum('invocations'), 'invocation'), counted(sum('coldStarts'), 'cold start')];
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
      .map(([name, count]) => [name, count.toLocaleString('en'), percent(count, invocations), note(count)]);
  const heat = (count: number): string => (count > invocations * HOT ? 'hot' : count < invocations * COLD ? 'cold' : '');
  const [head = ''] = table([[type]]);
  return [
    `${head.trim()}: ${counted(invocations, 'invocation')}, ${counted(coldStarts, 'cold start')}`,
    ...section('interfaces', rows(interfaces, heat)),
    ...section('operations', top(rows(operations))),
    ...section('used together', top(rows(together))),
  ];
}

const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
  rows.length > 0 ? [`  ${title}`, ...table(rows).map((line) => `  ${line}`)] : [];

function loadLines({ loads }: Usage): string[] {
  const rows = Object.entries(loads)
    .sort(([, a], [, b]) => b.totalMs - a.totalMs)
    .map(([name, { count, totalMs }]) => [name, counted(count, 'load'), `${(totalMs / Math.max(1, count)).toFixed(1)} ms each`]);
  return rows.length > 0 ? ['', 'Loads', ...table(rows)] : [];
}

function adviceLines(advice: readonly Recommendation[], coldStarts: number): string[] {
  if (advice.length > 0) return table(advice.map((each) => [inWords(each), each.reason]));
  return [coldStarts < 3 ? '  None: fewer than three cold starts say nothing yet.' : '  None: all is as it should be.'];
}

function inWords({ action, interface: name, request }: Recommendation): string {
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
