import type { GuardianReport, Inequality } from '../contract.js';
import { ALLOWANCES, ALLOWANCES_READ } from '../guarantee/free-allowances.js';
import { html, type Markup } from './html.js';
import { COMPUTE, figure, heads, moment, number, percent, QUANTITIES, REQUESTS, shown, table } from './words.js';

/** Table of the protected functions. The page's script makes it sortable. */
export function functions({ functions, measured, measuredUntil, at }: GuardianReport): Markup {
  const head = heads('Function', 'State', 'Requests#', 'GB-seconds#', 'Share of compute#', 'Memory MB#', 'Timeout s#', 'Reserved concurrency#', 'Critical');
  const rows = functions.map(
    (
      each,
    ) => html`<tr><th scope="row">${each.name}</th><td class="state">${stateOf(each)}</td>${number(shown(REQUESTS, each.requests), each.requests)}${number(shown(COMPUTE, each.mbMs), each.mbMs)}
${number(percent(each.mbMs, measured.mbMs), each.mbMs)}${number(figure(each.memoryMb), each.memoryMb)}${number(figure(each.timeoutMs / 1000), each.timeoutMs)}
${number(each.concurrency === undefined ? 'none: no guarantee' : figure(each.concurrency), each.concurrency ?? Number.MAX_VALUE)}
<td>${each.critical ? 'critical' : 'no'}</td></tr>`,
  );
  return section(
    'Functions',
    html`${table('Use by function this month', head, rows, 'sortable')}<p class="age">Used: up to ${moment(measuredUntil)}. State: as of ${moment(at)}.</p>`,
  );
}

function stateOf({ stopped, saved }: GuardianReport['functions'][number]): string {
  const before = saved === undefined ? '' : ` (reserved before: ${saved === null ? 'none' : figure(saved)})`;
  return `${stopped ? 'stopped' : 'running'}${before}`;
}

/** The guardian's figures beside those of AWS. They are of different times, so each has its own age. */
export function comparison({ aws, measured, measuredUntil }: GuardianReport): Markup {
  if (aws === undefined)
    return section('AWS’s own figure', html`<p>Unknown: the Free Tier API was not read. All figures here are measured by the guardian.</p>`);
  const rows = QUANTITIES.map((quantity) => {
    const { key, name, unit } = quantity;
    return html`<tr><th scope="row">${name}, ${unit}</th>${number(shown(quantity, measured[key]), measured[key])}${number(shown(quantity, aws[key]), aws[key])}
${number(percent(measured[key] - aws[key], aws[key]), measured[key] - aws[key])}</tr>`;
  });
  return section(
    'AWS’s own figure',
    html`${table('Figures of the guardian and of the Free Tier API', heads('Quantity', 'Measured#', 'AWS#', 'Difference#'), rows)}
<p class="age">Measured up to ${moment(measuredUntil)}; AWS’s figure read ${moment(aws.at)}${aws.plan !== undefined && html`; account plan: ${aws.plan}`}.</p>`,
  );
}

/** Use of other services, and their free allowances. Nothing of it is guaranteed. */
export function services({ aws }: GuardianReport): Markup {
  const used = (aws?.services ?? []).map(
    ({
      service,
      line,
      unit,
      used,
      expected,
      free,
    }) => html`<tr><th scope="row">${service}: ${line}</th>${number(figure(used), used)}${number(figure(expected), expected)}
${number(figure(free), free)}<td>${unit}</td>${number(percent(expected, free), free > 0 ? expected / free : 0)}</tr>`,
  );
  const known = ALLOWANCES.filter(({ guaranteed }) => !guaranteed).map(
    ({
      service,
      of,
      free,
      unit,
      lasts,
      trap,
    }) => html`<tr><th scope="row">${service}: ${of}</th>${number(free === undefined ? 'nothing' : figure(free), free ?? 0)}<td>${unit}</td>
<td>${lasts}</td><td>${trap ?? ''}</td></tr>`,
  );
  const isKnown = aws?.services !== undefined;
  return section(
    'Other services: shown, not guaranteed',
    html`${isKnown ? table('Use according to AWS', heads('Free allowance', 'Used#', 'By the month’s end#', 'Free#', 'Unit', 'Share#'), used) : html`<p>Not known: the Free Tier API was not read.</p>`}
${isKnown && html`<p class="age">AWS’s figures, read ${moment(aws.at)}. AWS lists only allowances that were used.</p>`}
<details><summary>Free allowances of other services</summary>${table(`As of ${ALLOWANCES_READ}`, heads('Allowance', 'Free#', 'Unit', 'Lasts', 'Warnings'), known)}</details>`,
  );
}

/** Whether the guarantee holds, with every part of the inequality. */
export function guarantee({ inequalities, at }: GuardianReport): Markup {
  return section('The guarantee', html`<div class="pair">${inequalities.map(inequality)}</div><p class="age">As of ${moment(at)}.</p>`);
}

function inequality({ of, cap, used, parts, reached, limit, holds }: Inequality): Markup {
  const quantity = of === 'requests' ? REQUESTS : COMPUTE;
  const row = (what: string, amount: number): Markup => html`<tr><th scope="row">${what}</th>${number(shown(quantity, amount), amount)}</tr>`;
  const rows = [
    used === undefined ? row('Cap: the ledger grants up to here', cap) : row('Used; nothing more is granted', used),
    ...parts.map(({ what, amount }) => row(`+ ${what}`, amount)),
    row('= largest possible use', reached),
    row('Free allowance', limit),
  ];
  const verdict = holds ? html`<p class="verdict holds">✓ Holds: the largest possible use is within the allowance.</p>` : BROKEN;
  return html`<div>${verdict}${table(`${quantity.name}, in ${quantity.unit}`, heads('Part', 'Amount#'), rows)}</div>`;
}

const BROKEN = html`<p class="verdict broken">✗ Does not hold: the largest possible use exceeds the allowance, or a function has no reserved concurrency.</p>`;

/** FTPMS's own use of each free allowance. */
export function own({ own, at }: GuardianReport): Markup {
  const rows = own.map(
    ({
      line,
      used,
      projected,
      free,
    }) => html`<tr><th scope="row">${line}</th><td class="state">${projected > free ? '✗ over' : '✓ free'}</td>${number(figure(used), used)}${number(figure(projected), projected)}
${number(figure(free), free)}${number(percent(projected, free), projected / free)}</tr>`,
  );
  const head = heads('Free allowance', 'State', 'Used#', 'By the month’s end#', 'Free#', 'Share#');
  return section('What FTPMS uses itself', html`${table('FTPMS’s own use of free allowances', head, rows)}<p class="age">As of ${moment(at)}.</p>`);
}

export function events({ events }: GuardianReport): Markup {
  const items = events.map(({ at, what }) => html`<li>${moment(at)}<span>${what}</span></li>`);
  return section('Events', events.length > 0 ? html`<ol class="events">${items}</ol>` : html`<p>None this month.</p>`);
}

/** Functions and settings that are not protected. */
export function unprotected({ unprotected, other, at }: GuardianReport): Markup {
  return section(
    'What is not protected',
    html`<ul>${unprotected.map((what) => html`<li>${what}</li>`)}</ul>
<p>Functions that are not protected used ${shown(REQUESTS, other.requests)} requests and ${shown(COMPUTE, other.mbMs)} GB-seconds${other.functions.length > 0 ? `: ${other.functions.join(', ')}` : ''}.</p>
<p class="age">As of ${moment(at)}.</p>`,
  );
}

/** Places for the charts, and their numbers as a table for readers who cannot see them. */
export function days({ days, measuredUntil, projection }: GuardianReport): Markup {
  const rows = days.map(
    (each) => html`<tr><th scope="row">${each.day}</th>${QUANTITIES.map((quantity) => number(shown(quantity, each[quantity.key]), each[quantity.key]))}</tr>`,
  );
  const isInsufficient = QUANTITIES.some(({ key }) => projection[key].insufficient);
  return section(
    'Days',
    html`${isInsufficient && html`<p>Insufficient data for a projection: less than a day is known.</p>`}
<div class="pair">${QUANTITIES.map(({ name, unit }, index) => html`<div><h3>${name} <small>${unit}</small></h3><div class="chart" data-series="${index}"></div></div>`)}</div>
<details><summary>The same as a table</summary>${table('Use by UTC day', heads('Day', 'Requests#', 'GB-seconds#'), rows)}</details>
<p class="age">Measured up to ${moment(measuredUntil)}. Bars: each day, on a scale of their own. Line: since the month began. Fan: from the expected month’s end to the upper bound; nine of ten such months end below it, unless use grows.</p>`,
  );
}

const section = (title: string, content: Markup): Markup => html`<section class="card"><h2>${title}</h2>${content}</section>`;
