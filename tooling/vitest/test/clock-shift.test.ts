import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const clockShift = fileURLToPath(import.meta.resolve('@suga/vitest/clock-shift'));
const DAY = 86_400_000;

/** Runs a program with a moved clock. It prints one line of JSON. */
function run(code: string, shift: string | undefined) {
  const { SUGA_CLOCK_SHIFT_MS: _, ...environment } = process.env;
  const env = shift === undefined ? environment : { ...environment, SUGA_CLOCK_SHIFT_MS: shift };
  return spawnSync(process.execPath, ['--require', clockShift, '-e', code], { encoding: 'utf8', env });
}

it.each([400 * DAY, -400 * DAY, 0])('moves the current time by %i ms, and lets it run on', (shift) => {
  const before = Date.now();
  const code = `
    const times = [Date.now(), new Date().getTime(), Date.parse(Date()) + 999, Date.now()];
    const begun = Date.now();
    while (Date.now() === begun);
    console.log(JSON.stringify(times));`;
  const times = JSON.parse(run(code, String(shift)).stdout) as number[];
  const after = Date.now();
  expect(times).toHaveLength(4);
  for (const time of times) {
    expect(time - shift).toBeGreaterThanOrEqual(before);
    expect(time - shift).toBeLessThanOrEqual(after + 999);
  }
});

it('does not change dates with arguments, dates of Node itself, subclasses and the monotonic clock', () => {
  const code = `
    class Day extends Date {}
    const stat = require('node:fs').statSync(process.execPath);
    console.log(JSON.stringify([
      new Date(5).getTime(), new Date(undefined).getTime(), new Date('2026-02-03').toISOString(), new Date(2026, 1, 3).getMonth(),
      Date.UTC(2026, 1), Date.parse('2026-02-03'), performance.now() < ${DAY}, stat.mtime instanceof Date, new Date() instanceof Date,
      new Day(5) instanceof Day, new Day(5).getTime(), new Day().getTime() - Date.now() < 60_000,
    ]));`;
  const expected = [5, null, '2026-02-03T00:00:00.000Z', 1, Date.UTC(2026, 1), Date.UTC(2026, 1, 3), true, true, true, true, 5, true];
  expect(JSON.parse(run(code, String(400 * DAY)).stdout)).toEqual(expected);
});

it.each([undefined, '', 'tomorrow', '1.5'])('refuses the shift %o', (shift) => {
  const { status, stderr } = run('', shift);
  expect(status).not.toBe(0);
  expect(stderr).toContain('clock-shift: set SUGA_CLOCK_SHIFT_MS to an integer, in ms.');
});
