/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The page's own script: charts, ages, sorting. Without it the page still shows everything except ages and charts.
import { draw } from './chart.js';
import type { Series } from './series.js';
import { sortable } from './sorting.js';

const STALE_MS = 15 * 60_000;
const SPANS: readonly [unit: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** Formats a duration as `3 h 5 min`, with its two largest units. */
function span(ms: number): string {
  let rest = ms;
  const parts = SPANS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count} ${unit}` : '';
  });
  return parts.filter(Boolean).slice(0, 2).join(' ') || 'less than a minute';
}

function age(): void {
  const now = Date.now();
  for (const time of document.querySelectorAll('time')) {
    const ms = now - Date.parse(time.dateTime);
    time.dataset['age'] = ms < 0 ? `in ${span(-ms)}` : `${span(ms)} ago`;
    time.querySelector('.ago')?.remove();
    time.append(Object.assign(document.createElement('span'), { className: 'ago', textContent: ` (${time.dataset['age']})` }));
  }
  const stale = document.querySelector<HTMLElement>('#stale');
  if (stale) stale.hidden = now - Number(stale.dataset['at']) < STALE_MS;
}

function charts(): void {
  const series = JSON.parse(document.querySelector('#series')?.textContent ?? '[]') as Series[];
  for (const place of document.querySelectorAll<HTMLElement>('.chart')) {
    const one = series[Number(place.dataset['series'])];
    if (one) draw(place, one);
  }
}

charts();
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) sortable(table);
age();
setInterval(age, 30_000);
