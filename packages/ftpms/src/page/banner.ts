import type { GuardianReport, Level } from '../contract.js';
import { html, type Markup } from './html.js';
import { moment, percent, QUANTITIES } from './words.js';

const LEVELS: Readonly<Record<Level, readonly [sign: string, name: string, meaning: string]>> = {
  normal: ['●', 'Normal', 'Everything runs.'],
  warn: ['▲', 'Warning', 'Everything runs, but the month is getting short.'],
  throttle: ['◆', 'Throttled', 'What is not critical is shed; the rest of the allowance is kept for what is.'],
  block: ['■', 'Blocked', 'The allowance of this month has been handed out.'],
};

const MODES: Readonly<Record<GuardianReport['mode'], string>> = {
  open: 'Rights are handed out to all functions.',
  reserved: 'Rights are handed out to critical functions only; the others have been told to stop.',
  blocked: 'No rights are handed out: all protected functions have been told to stop.',
};

/** What is said first. */
interface Headline {
  readonly sign: string;
  readonly name: string;
  readonly meaning: string;
  /** Which colour it has. */
  readonly level: Level | 'unknown';
}

const headline = (level: Level, [sign, name, meaning] = LEVELS[level]): Headline => ({ sign, name, meaning, level });

/** The report's level, unless the ledger says by now that functions are stopped, or run again. */
export function headlineOf({ level, mode, now }: GuardianReport): Headline {
  if (now?.isHeld) return headline('block', ['■', 'Stopped by command', 'All protected functions are stopped, until suga ftpms restore.']);
  if (now && now.mode !== mode) {
    if (now.mode === 'open') return headline('warn', ['▲', 'Open again', 'Functions have been given back since the report was made.']);
    return headline(now.mode === 'blocked' ? 'block' : 'throttle');
  }
  if (Object.hasOwn(LEVELS, level)) return headline(level);
  return { sign: '?', name: 'Unknown level', meaning: 'The report names a level that this page does not know.', level: 'unknown' };
}

/** In words how the month stands, and since when that is known. */
export function banner(report: GuardianReport, title: string): Markup {
  const { sign, name, meaning, level } = headlineOf(report);
  const fullest = Math.max(...QUANTITIES.map(({ key }) => report.measured[key] / report.limit[key]));
  const { now } = report;
  return html`<header class="banner level-${level}">
<p class="what">${title} · ${report.scope} · ${report.month}</p>
<h1><span class="sign" aria-hidden="true">${sign}</span> ${name} <small>${percent(fullest, 1)} used</small></h1>
<p>${meaning} ${now !== undefined && html`The ledger, asked ${moment(now.at)}: `}${MODES[now?.mode ?? report.mode] ?? 'The report names a mode that this page does not know.'}</p>
<p class="age">Report of ${moment(report.at)}. Used figures up to ${moment(report.measuredUntil)}.</p>
<p id="stale" class="stale" role="status" hidden data-at="${report.at}">This report is old. The guardian makes one every few minutes: see whether it still runs.</p>
</header>`;
}
