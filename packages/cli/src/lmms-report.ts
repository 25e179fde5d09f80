import type { LmmsReport, UnloadDecision } from '@suga/lmms';
import { formatCount, formatPercent, formatSize, table } from './terminal-output.js';

/** Lines with the report of one execution environment. */
export function reportLines(report: LmmsReport): string[] {
  const { invocations, loaded, unloads } = report;
  return [
    `${formatCount(invocations, 'invocation')}, ${formatCount(Object.keys(loaded).length, 'interface')} loaded, ${formatCount(unloads, 'unload')}`,
    ...section('Loaded', loadedRows(report)),
    ...section('Idle at the last check', idleRows(report)),
    ...section(
      'Hot operations',
      report.hot.map(({ operation, tier, share }) => [operation, `tier ${tier}`, formatPercent(share, 1)]),
    ),
    ...section('Memory', memoryRows(report)),
    ...section('Baked', bakedRows(report)),
    ...section(
      'Settings',
      Object.entries(report.settings).map(([name, value]) => [name, JSON.stringify(value) ?? '']),
    ),
  ];
}

const section = (title: string, rows: readonly (readonly string[])[]): string[] => (rows.length > 0 ? ['', title, ...table(rows)] : []);

const loadedRows = ({ loaded }: LmmsReport): string[][] =>
  Object.entries(loaded)
    .sort(([, a], [, b]) => b.loadMs - a.loadMs)
    .map(([name, { by, at, loadMs, heapDelta }]) => {
      const grown = heapDelta === undefined ? '' : `${heapDelta < 0 ? '' : '+'}${formatSize(heapDelta)} heap`;
      return [name, `${loadMs.toFixed(2)} ms`, grown, `by ${by}`, new Date(at).toISOString()];
    });

/** Rows of idle interfaces. Those that stay come first: they matter when memory is short. */
function idleRows({ decisions }: LmmsReport): string[][] {
  const rows = Object.entries(decisions).map(([name, decision]) => [name, ...describeDecision(decision), new Date(decision.at).toISOString()]);
  return rows.sort(([, a = ''], [, b = '']) => a.localeCompare(b));
}

const UNLOADED_PARTS: Readonly<Record<string, string>> = { dropped: 'its state and its code', kept: 'its state; the code is part of the bundle and stays' };

function describeDecision({ refused, code }: UnloadDecision): [string, string] {
  return refused === undefined ? ['unloaded', UNLOADED_PARTS[code ?? ''] ?? ''] : ['stays', describeRefusal(refused)];
}

const REFUSALS: Readonly<Record<string, string>> = {
  'in flight': 'in flight: one of its calls was running',
  hot: 'hot: it has a hot operation',
  'grace period': 'grace period: it was used shortly before',
  'minimum resident': 'minimum resident: no more interfaces were loaded than this minimum',
};

const describeRefusal = (refused: string): string =>
  Object.hasOwn(REFUSALS, refused) ? (REFUSALS[refused] ?? refused) : refused.startsWith('holds ') ? `${refused}: an unload would lose this` : refused;

function memoryRows({ memory: { heapUsed, rss, pressure }, collections: { count, totalMs } }: LmmsReport): string[][] {
  return [
    ['heap', formatSize(heapUsed)],
    ['rss', formatSize(rss)],
    ['pressure', formatPercent(pressure, 1)],
    ['collections', count > 0 ? `${count}, ${totalMs.toFixed(1)} ms in total` : 'none'],
  ];
}

function bakedRows({ baked }: LmmsReport): string[][] {
  if (!baked) return [];
  if (baked.unused !== undefined) return [['not used', baked.unused]];
  const rejected = baked.rejected > 0 ? [['rejected', `${baked.rejected}: baked on another Node, or with other flags`]] : [];
  return [['used', `${baked.used} of ${formatCount(baked.files, 'file')}`], ...rejected];
}
