import type { GuardianReport, Level } from '../contract.js';
import { html, type Markup } from './html.js';
import { moment, percent, QUANTITIES } from './words.js';

const LEVELS: Readonly<Record<Level, readonly [sign: string, name: string, meaning: string]>> = {
  normal: ['●', 'Normal', 'Everything runs.'],
  warn: ['▲', 'Warning', 'Everything runs, but much of the allowance is used or leased.'],
  throttle: ['◆', 'Throttled', 'Work that is not critical is shed. The rest of the allowance is kept for critical work.'],
  block: ['■', 'Blocked', 'No more of this month’s allowance can be granted.'],
};

const MODES: Readonly<Record<GuardianReport['mode'], string>> = {
  open: 'The ledger grants leases to all functions.',
  reserved: 'The ledger grants leases to critical functions only. The guardian stops the others.',
  blocked: 'The ledger grants nothing. The guardian stops all protected functions.',
};

/** The first lines of the page. */
interface Headline {
  readonly sign: string;
  readonly name: string;
  readonly meaning: string;
  /** Level that decides the colour. */
  readonly level: Level | 'unknown';
}

const headline = (level: Level, [sign, name, meaning] = LEVELS[level]): Headline => ({ sign, name, meaning, level });

/** Returns the report's level, unless the ledger says by now that functions are stopped, or run again. */
export function headlineOf({ level, mode, now }: GuardianReport): Headline {
  if (now?.isHeld) return headline('block', ['■', 'Stopped by command', 'All protected functions stay stopped until suga ftpms restore.']);
  if (now && now.mode !== mode) {
    if (now.mode === 'open') return headline('warn', ['▲', 'Open again', 'Functions have been restored since the report was written.']);
    return headline(now.mode === 'blocked' ? 'block' : 'throttle');
  }
  if (Object.hasOwn(LEVELS, level)) return headline(level);
  return { sign: '?', name: 'Unknown level', meaning: 'The report names a level that this page does not know.', level: 'unknown' };
}

/** Says in words which level the month has, and since when that is known. */
export function banner(report: GuardianReport, title: string): Markup {
  const { sign, name, meaning, level } = headlineOf(report);
  const fullest = Math.max(...QUANTITIES.map(({ key }) => report.measured[key] / report.limit[key]));
  const { now } = report;
  return html`<header class="banner level-${level}">
<p class="what">${title} · ${report.scope} · ${report.month}</p>
<h1><span class="sign" aria-hidden="true">${sign}</span> ${name} <small>${percent(fullest, 1)} used</small></h1>
<p>${meaning} ${now !== undefined && html`Read from the ledger ${moment(now.at)}: `}${MODES[now?.mode ?? report.mode] ?? 'The report names a mode that this page does not know.'}</p>
<p class="age">Report of ${moment(report.at)}. Use is measured up to ${moment(report.measuredUntil)}.</p>
<p id="stale" class="stale" role="status" hidden data-at="${report.at}">This report is old. The guardian writes one every few minutes. Check that it still runs.</p>
</header>`;
}
