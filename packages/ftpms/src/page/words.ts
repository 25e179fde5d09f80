import type { Amount } from '../contract.js';
import { html, type Markup } from './html.js';

/** One of the two things that are counted. */
export interface Quantity {
  readonly key: keyof Amount;
  readonly name: string;
  readonly unit: string;
  /** How many of what the report counts make one of what the page shows. */
  readonly size: number;
}

export const REQUESTS: Quantity = { key: 'requests', name: 'Requests', unit: 'requests', size: 1 };
/** Counted in MB·ms; a GB-second is 1,024 × 1,000 of them. */
export const COMPUTE: Quantity = { key: 'mbMs', name: 'Compute', unit: 'GB-seconds', size: 1_024_000 };
export const QUANTITIES: readonly Quantity[] = [REQUESTS, COMPUTE];

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** `1,234`; below 10 two digits that count; what is no number is told as such. */
export function figure(value: number): string {
  if (!Number.isFinite(Number(value))) return 'unknown';
  return Math.abs(value) < 10 ? SMALL.format(value) : WHOLE.format(value);
}

/** Without its unit. */
export const shown = (quantity: Quantity, amount: number): string => figure(amount / quantity.size);

export function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return Number.isFinite(share) ? `${share.toFixed(Math.abs(share) < 10 ? 1 : 0)} %` : 'unknown';
}

/** A moment, in UTC; the page's script adds how long ago it was. */
export function moment(at: number): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return html`an unknown time`;
  const iso = date.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** A table in a frame of its own that scrolls where the window is narrow, also by keyboard. */
export function table(caption: string, head: readonly Markup[], rows: readonly Markup[], kind = ''): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${kind}"><caption>${caption}</caption>
<thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Column heads. Those after the first are of numbers where they end in a `#`. */
export const heads = (...names: readonly string[]): readonly Markup[] =>
  names.map((name) => (name.endsWith('#') ? html`<th scope="col" class="number">${name.slice(0, -1)}</th>` : html`<th scope="col">${name}</th>`));

/** A cell of a number, with what it is sorted by. */
export const number = (text: string, value: number): Markup => html`<td class="number" data-value="${Number(value)}">${text}</td>`;
