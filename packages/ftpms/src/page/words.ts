import type { Amount } from '../contract.js';
import { html, type Markup } from './html.js';

/** One of the two quantities that are counted. */
export interface Quantity {
  readonly key: keyof Amount;
  readonly name: string;
  readonly unit: string;
  /** Divisor from the report's unit to the page's unit. */
  readonly size: number;
}

export const REQUESTS: Quantity = { key: 'requests', name: 'Requests', unit: 'requests', size: 1 };
/** Counted in MB·ms; a GB-second is 1,024 × 1,000 of them. */
export const COMPUTE: Quantity = { key: 'mbMs', name: 'Compute', unit: 'GB-seconds', size: 1_024_000 };
export const QUANTITIES: readonly Quantity[] = [REQUESTS, COMPUTE];

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Formats a number: `1,234`; below 10 with two significant digits. A value that is not a number is "unknown". */
export function figure(value: number): string {
  if (!Number.isFinite(Number(value))) return 'unknown';
  return Math.abs(value) < 10 ? SMALL.format(value) : WHOLE.format(value);
}

/** Formats an amount without its unit. */
export const shown = (quantity: Quantity, amount: number): string => figure(amount / quantity.size);

export function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return Number.isFinite(share) ? `${share.toFixed(Math.abs(share) < 10 ? 1 : 0)} %` : 'unknown';
}

/** Formats a time in UTC. The page's script adds how long ago it was. */
export function moment(at: number): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return html`an unknown time`;
  const iso = date.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** A table in a frame that scrolls if the window is narrow, also by keyboard. */
export function table(caption: string, head: readonly Markup[], rows: readonly Markup[], kind = ''): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${kind}"><caption>${caption}</caption>
<thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Column heads. A name that ends in `#` is the head of a column of numbers. */
export const heads = (...names: readonly string[]): readonly Markup[] =>
  names.map((name) => (name.endsWith('#') ? html`<th scope="col" class="number">${name.slice(0, -1)}</th>` : html`<th scope="col">${name}</th>`));

/** A cell with a number, and the value by which it is sorted. */
export const number = (text: string, value: number): Markup => html`<td class="number" data-value="${Number(value)}">${text}</td>`;
