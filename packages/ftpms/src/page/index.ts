// The page of FTPMS, the Free Tier Protection & Monitoring System: one HTML document that needs only a browser.

import { text as script } from 'browser:page/script.ts?uplot';
import { text as style } from 'browser:page/style.css?uplot';
import { invalidParam } from '@suga/gateway/errors';
import type { GuardianReport } from '../contract.js';
import { banner, headlineOf } from './banner.js';
import { bar } from './bars.js';
import { comparison, days, events, functions, guarantee, own, services, unprotected } from './details.js';
import { html, json, type Markup, verbatim } from './html.js';
import { seriesOf } from './series.js';
import { QUANTITIES } from './words.js';

/** Fields of a report that the page needs. */
const PARTS = [
  'limit',
  'thresholds',
  'cap',
  'measured',
  'leased',
  'projection',
  'days',
  'functions',
  'other',
  'own',
  'inequalities',
  'events',
  'unprotected',
] as const;

export interface PageOptions {
  /** The page's title, which distinguishes accounts. @default 'FTPMS' */
  readonly title?: string | undefined;
}

/**
 * Renders a report as one HTML document. It makes no network requests, has no inline event handlers, and its content security policy allows only its
 * own script and style, by hash. It can be opened from a file. All strings of the report are shown as text. Ages are calculated in the browser, so a
 * saved page shows how old it is.
 * @throws SugaError `InvalidParams` if it is not a report of version 1
 */
export function renderPage(report: GuardianReport, options: PageOptions = {}): string {
  assertReport(report);
  const title = options?.title ?? 'FTPMS';
  if (typeof title !== 'string') throw invalidParam('ftpms', 'title', title, 'a string');
  const series = QUANTITIES.map((quantity) => seriesOf(report, quantity));
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${title} · ${headlineOf(report).name.toLowerCase()} · ${report.month}</title><style>${verbatim(style)}</style></head>
<body>${content(report, title)}
<script type="application/json" id="series">${json(series)}</script><script>${verbatim(script)}</script></body></html>`.markup
  }\n`;
}

/** Reports come from files, so one may be of another release or incomplete. The error names the field. @throws `InvalidParams` */
function assertReport(report: Partial<GuardianReport> | null | undefined): void {
  const { version } = report ?? {};
  if (version !== 1) throw invalidParam('ftpms', 'report', version, 'a report of version 1: render it with the release that wrote it');
  for (const part of PARTS) {
    const value: unknown = report?.[part];
    if (typeof value !== 'object' || value === null)
      throw invalidParam('ftpms', `report.${part}`, value, 'the part that the guardian writes; the report is incomplete');
  }
}

function content(report: GuardianReport, title: string): Markup {
  return html`${banner(report, title)}<main>
<div class="pair">${QUANTITIES.map((quantity) => bar(report, quantity))}</div>
${days(report)}${functions(report)}${guarantee(report)}
<div class="pair">${comparison(report)}${own(report)}</div>${services(report)}<div class="pair">${events(report)}${unprotected(report)}</div></main>`;
}

function policy(): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
}
