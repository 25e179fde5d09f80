import type { GuardianReport } from '../contract.js';
import { html, type Markup } from './html.js';
import { moment, percent, type Quantity, shown } from './words.js';

/** A mark on a bar. Each label has a line of its own, so that labels never meet. The highest mark comes first, so that no mark crosses another's label. */
interface Mark {
  readonly label: string;
  readonly amount: number;
  readonly kind: string;
}

const ROW = 15;
const HEIGHT = 34;

/** Draws one quantity as a bar from 0 to a little beyond the limit, with all its numbers in words below. */
export function bar(report: GuardianReport, quantity: Quantity): Markup {
  const { key, name, unit } = quantity;
  return html`<section class="card"><h2>${name} <small>${unit}</small></h2>
${drawing(report, quantity)}
<dl class="figures">${figures(report, quantity)}</dl>
<p class="age">Use is measured up to ${moment(report.measuredUntil)}. All other figures: ${moment(report.at)}.</p>
<p class="end">${exhaustion(report, key)}</p></section>`;
}

function drawing(report: GuardianReport, quantity: Quantity): Markup {
  const { key, name } = quantity;
  const { insufficient, expected, upper } = report.projection[key];
  const marks = marksOf(report, quantity);
  const most = Math.max(report.limit[key] * 1.06, Math.min(insufficient ? 0 : upper, report.limit[key] * 2));
  const top = marks.length * ROW + 4;
  const x = (amount: number): string => `${place(amount, most).toFixed(2)}%`;
  const box = (kind: string, from: number, to: number): Markup =>
    html`<rect class="${kind}" x="${x(from)}" y="${top}" width="${Math.max(0, place(to, most) - place(from, most)).toFixed(2)}%" height="${HEIGHT}"${fill(kind, key)}/>`;
  const used = report.measured[key];
  const held = used + report.leased[key];
  return html`<svg class="bar" width="100%" height="${top + HEIGHT + 4}" role="img" aria-label="${name}: ${percent(used, report.limit[key])} of the limit used; all figures are listed below">
${patterns(key)}${box('rest', 0, most)}${!insufficient && box('fan', expected, upper)}${box('used', 0, used)}${box('leased', used, held)}
${!insufficient && html`<line class="expected" x1="${x(expected)}" x2="${x(expected)}" y1="${top}" y2="${top + HEIGHT}"/>`}
${marks.map((mark, row) => drawnMark(mark, { x: x(mark.amount), row, bottom: top + HEIGHT, isLeft: place(mark.amount, most) < 30 }))}</svg>`;
}

function drawnMark({ label, kind }: Mark, { x, row, bottom, isLeft }: { x: string; row: number; bottom: number; isLeft: boolean }): Markup {
  const y = row * ROW + 12;
  return html`<line class="mark ${kind}" x1="${x}" x2="${x}" y1="${y - 9}" y2="${bottom}"/>
<text class="label" x="${x}" y="${y}" dx="${isLeft ? 4 : -4}" text-anchor="${isLeft ? 'start' : 'end'}">${label}</text>`;
}

/** The thresholds of the report, the cap as it is now (it moves with the use that can be added), and the limit. */
function marksOf({ thresholds, limit, cap }: GuardianReport, { key }: Quantity): readonly Mark[] {
  const most = limit[key];
  const shares = (['warn', 'throttle', 'block'] as const).map((kind) => ({
    label: `${kind} ${percent(thresholds[kind], 1)}`,
    amount: thresholds[kind] * most,
    kind,
  }));
  const marks = [...shares, { label: `cap now ${percent(cap[key], most)}`, amount: cap[key], kind: 'cap' }, { label: 'limit', amount: most, kind: 'limit' }];
  return marks.sort((a, b) => b.amount - a.amount);
}

function figures({ projection, measured, leased, cap, limit }: GuardianReport, quantity: Quantity): readonly Markup[] {
  const { key } = quantity;
  const { insufficient, expected, upper, linear } = projection[key];
  const row = (kind: string, term: string, amount: number): Markup =>
    html`<div><dt>${swatch(kind, key)}${term}</dt><dd>${shown(quantity, amount)} <small>${percent(amount, limit[key])}</small></dd></div>`;
  const ahead = insufficient
    ? [html`<div class="wide"><dt>${swatch('fan', key)}Expected at the month’s end</dt><dd>insufficient data: less than a day is known</dd></div>`]
    : [
        row('expected', 'Expected at the month’s end', expected),
        row('fan', 'Upper bound: nine of ten such months end below, unless use grows', upper),
        row('', 'Straight line: used ÷ days so far × days of the month', linear),
      ];
  return [
    row('used', 'Used', measured[key]),
    row('leased', 'Leased, not settled', leased[key]),
    ...ahead,
    row('cap', 'Cap: the ledger grants up to here', cap[key]),
    row('limit', 'Free allowance', limit[key]),
  ];
}

function exhaustion({ projection }: GuardianReport, key: Quantity['key']): Markup {
  const { exhaustedAt } = projection[key];
  return exhaustedAt === undefined
    ? html`At the present rate the allowance lasts until the month ends.`
    : html`<strong>At the present rate the allowance is used up by ${moment(exhaustedAt)}.</strong>`;
}

/** The part of the bar that an amount reaches, in percent. */
const place = (amount: number, most: number): number => Math.min(100, Math.max(0, Number((100 * amount) / most) || 0));

const fill = (kind: string, key: string): Markup | false => (kind === 'leased' || kind === 'fan') && html` fill="url(#${kind}-${key})"`;

/** Patterns, so that used, leased and projected amounts differ without colour too. */
const patterns = (key: string): Markup => html`<defs>
<pattern id="leased-${key}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="leased-ground" width="6" height="6"/><path class="leased-line" d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5"/></pattern>
<pattern id="fan-${key}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="fan-ground" width="6" height="6"/><circle class="fan-dot" cx="3" cy="3" r="1.2"/></pattern></defs>`;

function swatch(kind: string, key: string): Markup {
  const isLine = ['expected', 'cap', 'limit'].includes(kind);
  const mark = isLine
    ? html`<line class="mark ${kind}" x1="7" x2="7" y1="0" y2="14"/>`
    : html`<rect class="${kind}" width="14" height="14"${fill(kind, key)}/>`;
  return kind === '' ? html`<span class="swatch"></span>` : html`<svg class="swatch" width="14" height="14" aria-hidden="true">${mark}</svg>`;
}
