import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderPage } from '@suga/ftpms/page';
import { until } from '@suga/vitest/until';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardianReport } from '../../src/contract.js';
import { json } from '../../src/page/html.js';
import { blocked, exampleReport, insufficient, throttled } from './report.js';

const CHROMIUM = '/usr/bin/chromium';
const EVIL = '<script>document.title="taken"</script><img src=x onerror=\'document.title="taken"\'>"\'></script>\u2028';

describe('the document', () => {
  it('escapes every string of a report', () => {
    const page = renderPage(hostile(exampleReport()), { title: EVIL });
    expect(page).not.toContain('<script>document');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });

  it('writes JSON that ends neither its element nor a line', () => {
    expect(json(EVIL).markup).not.toMatch(/[<>\u2028]/);
    expect(JSON.parse(json(EVIL).markup)).toBe(EVIL);
  });

  it('refuses anything but a report of its version', () => {
    for (const report of [undefined, null, 'text', [], {}, { version: 2 }]) {
      expect(() => renderPage(report as unknown as GuardianReport)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
    }
  });

  it('keeps the licence of what it contains', () => {
    const page = renderPage(exampleReport());
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
    expect(page).toContain('The above copyright notice and this permission notice shall be included in');
  });

  it('shows numbers that are not numbers as unknown', () => {
    expect(renderPage({ ...exampleReport(), measured: { requests: Number.NaN, mbMs: 'x' as unknown as number }, at: Number.NaN })).toContain('unknown');
  });
});

describe('the ledger’s present state', () => {
  const words = (report: GuardianReport): string =>
    renderPage(report)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
  const at = exampleReport().at + 240_000;

  it('overrides a report that is older, and shows its own time', () => {
    const held = words(exampleReport({ now: { at, mode: 'blocked', isHeld: true } }));
    expect(held).toContain('FTPMS · stopped by command · 2026-11');
    expect(held).toMatch(/■ Stopped by command \d+ % used .* until suga ftpms restore\. Read from the ledger 2026-11-18 13:39 UTC : The ledger grants nothing/);
    expect(held).not.toContain('Everything runs');
    const blocked = words(exampleReport({ now: { at, mode: 'blocked', isHeld: false } }));
    expect(blocked).toMatch(/■ Blocked/);
    expect(blocked).not.toContain('Everything runs');
    expect(words(exampleReport({ now: { at, mode: 'reserved', isHeld: false } }))).toMatch(/◆ Throttled/);
  });

  it('shows that functions run again, if the report does not know it yet', () => {
    const open = words({ ...throttled(), level: 'block', mode: 'blocked', now: { at, mode: 'open', isHeld: false } });
    expect(open).toContain('Open again');
    expect(open).toContain('Read from the ledger 2026-11-18 13:39 UTC : The ledger grants leases to all functions.');
  });

  it('changes nothing if both are the same', () => {
    expect(words(exampleReport({ now: { at, mode: 'open', isHeld: false } }))).toMatch(/● Normal \d+ % used Everything runs\./);
  });
});

describe.skipIf(!existsSync(CHROMIUM))('in Chromium (skipped if the Debian package is missing)', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftpms-page-'));
    browser = await chromium.launch({
      timeout: 0,
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens a report's page from a file. `noise` collects requests, errors and messages of the console. */
  async function open(report: GuardianReport, options: BrowserContextOptions = {}, now?: number): Promise<{ page: Page; noise: string[] }> {
    const file = join(folder, `${crypto.randomUUID()}.html`);
    await writeFile(file, renderPage(report));
    const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1400, height: 900 }, ...options });
    page.setDefaultTimeout(0);
    const noise: string[] = [];
    const address = pathToFileURL(file).href;
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => request.url() !== address && noise.push(request.url()));
    if (now !== undefined) await page.clock.setFixedTime(now);
    await page.goto(address);
    return { page, noise };
  }

  it.each([
    ['normal', exampleReport(), 'Normal'],
    ['throttle', throttled(), 'Throttled'],
    ['block', blocked(), 'Blocked'],
    ['insufficient data', insufficient(), 'Normal'],
    ['hostile texts', hostile(exampleReport()), 'Normal'],
  ])('shows %s without a request or an error', async (_, report, level) => {
    const { page, noise } = await open(report);
    expect(await page.locator('h1').textContent()).toContain(level);
    await until(async () => expect(await page.locator('.chart canvas').count()).toBe(2));
    expect(await page.title()).toBe(`FTPMS · ${level.toLowerCase()} · 2026-11`);
    expect(noise).toEqual([]);
    await page.close();
  });

  it('shows thresholds, projections, states and own use', async () => {
    const { page } = await open(throttled());
    const text = await page.locator('body').textContent();
    for (const part of [
      'warn 75 %',
      'throttle 85 %',
      'block 95 %',
      'cap now 94 %',
      '871,400',
      'the allowance is used up by 2026-11-21',
      'lasts until the month ends',
      'stopped (reserved before: 5)',
      'Holds',
      'emergencies',
      'CloudWatch custom metrics',
      'THROTTLE: 87 %',
      'edge-redirect',
      'account plan: PAID',
      'Amazon Simple Queue Service: Requests-Tier1',
      'Set a retention.',
      '154,008',
    ]) {
      expect(text).toContain(part);
    }
    await page.close();
  });

  it('shows a guarantee that does not hold, and a used-up allowance, in words', async () => {
    const { page } = await open(blocked());
    expect(await page.locator('.verdict.broken').allInnerTexts()).toEqual([expect.stringContaining('Does not hold'), expect.stringContaining('Does not hold')]);
    expect(await page.locator('tr', { hasText: 'CloudWatch alarms' }).locator('td').first().textContent()).toContain('over');
    expect(await page.locator('tr', { hasText: 'shop-new' }).textContent()).toContain('no guarantee');
    await page.close();
  });

  it('says that data are insufficient instead of drawing them', async () => {
    const { page } = await open(insufficient());
    expect(await page.getByText('insufficient data: less than a day is known').count()).toBe(2);
    expect(await page.locator('line.expected').count()).toBe(0);
    await page.close();
  });

  it('shows the age of every figure, and that a report is old', async () => {
    const report = exampleReport();
    const { page } = await open(report, {}, report.at + 10 * 60_000);
    expect(await page.locator('time:not(:has(.ago))').count()).toBe(0);
    expect(await page.locator('.banner .age').textContent()).toContain('(10 min ago)');
    expect(await page.locator('section.card:not(:has(time)) h2').allInnerTexts()).toEqual([]);
    expect(await page.locator('#stale').isVisible()).toBe(false);
    const later = await open(report, {}, report.at + 26 * 3_600_000);
    expect(await later.page.locator('#stale').isVisible()).toBe(true);
    expect(await later.page.locator('.banner .age').textContent()).toContain('(1 d 2 h ago)');
    await Promise.all([page.close(), later.page.close()]);
  });

  it('sorts by keyboard, in both directions, and marks the direction', async () => {
    const { page } = await open(exampleReport());
    const names = (): Promise<string[]> => page.locator('.sortable tbody th').allInnerTexts();
    await page.getByRole('button', { name: 'Memory MB' }).focus();
    await page.keyboard.press('Enter');
    expect(await names()).toEqual(['shop-worker', 'shop-api', 'shop-report']);
    await page.keyboard.press('Space');
    expect(await names()).toEqual(['shop-report', 'shop-api', 'shop-worker']);
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Function' }).click();
    expect(await names()).toEqual(['shop-api', 'shop-report', 'shop-worker']);
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
    await page.close();
  });

  it('has a caption on every table, a label on every drawing and frame, and one main heading', async () => {
    const { page } = await open(exampleReport());
    expect(await page.locator('table:not(:has(caption)):not(.u-legend)').count()).toBe(0);
    expect(await page.locator('svg:not([aria-label]):not([aria-hidden]), .scroll:not([aria-label]), canvas:not([aria-label])').count()).toBe(0);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('main').count()).toBe(1);
    await page.close();
  });

  it('is dark if the system is, and light in print', async () => {
    const { page } = await open(exampleReport(), { colorScheme: 'dark' });
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.querySelector(".card")).backgroundColor');
    expect(await ground()).toBe('rgb(26, 32, 41)');
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await ground()).toBe('rgb(26, 32, 41)');
    await until(async () => expect(await page.locator('.uplot').count()).toBe(2));
    await page.close();
  });

  it.each([360, 1400])('does not scroll sideways at %i px, with names of any length', async (width) => {
    const report = exampleReport();
    const long = { ...report, scope: 'a'.repeat(300), functions: report.functions.map((each) => ({ ...each, name: `${each.name}-${'x'.repeat(120)}` })) };
    const { page } = await open(long, { viewport: { width, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.close();
  });

  it.each([1200, 400])('shows the state of each function at %i px without scrolling', async (width) => {
    const { page } = await open(throttled(), { viewport: { width, height: 900 } });
    const cell = '.sortable tbody tr:first-child td:nth-child(2)';
    const box = await page.locator(cell).boundingBox();
    const own = await page.locator('tr', { hasText: 'CloudWatch API requests' }).locator('td').first().boundingBox();
    expect(await page.locator(cell).textContent()).toContain('running');
    for (const each of [box, own]) expect((each?.x ?? width) + (each?.width ?? 0)).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('draws again if the window changes its width', async () => {
    const { page } = await open(exampleReport());
    await page.setViewportSize({ width: 400, height: 800 });
    await until(() => page.evaluate('document.querySelector(".uplot")?.offsetWidth < 400') as Promise<boolean>);
    await until(async () => expect(await page.locator('.uplot').count()).toBe(2));
    await page.close();
  });

  it('shows all figures without its script', async () => {
    const { page } = await open(exampleReport(), { javaScriptEnabled: false });
    expect(await page.locator('.figures dd').first().textContent()).toContain('320,850');
    await page.close();
  });
});

/** A report with an attack in every string. */
function hostile(report: GuardianReport): GuardianReport {
  return {
    ...report,
    scope: EVIL,
    days: report.days.map((each) => ({ ...each, day: EVIL })),
    functions: report.functions.map((each) => ({ ...each, name: EVIL })),
    other: { ...report.other, functions: [EVIL] },
    aws: { requests: 1, mbMs: 1, at: report.at, plan: EVIL },
    own: report.own.map((each) => ({ ...each, line: EVIL })),
    inequalities: report.inequalities.map((each) => ({ ...each, parts: [{ what: EVIL, amount: 1 }] })),
    events: [{ at: report.at, what: EVIL }],
    unprotected: [EVIL],
  };
}
