import { expect, it } from 'vitest';
import { settings } from '../src/config.js';
import { ACCOUNT_PLANS, ALLOWANCES, ALLOWANCES_READ } from '../src/guarantee/free-allowances.js';

it('has a source for each line, and a date for all', () => {
  for (const { source } of [...ALLOWANCES, ...ACCOUNT_PLANS]) expect(new URL(source).protocol).toBe('https:');
  expect(new Date(ALLOWANCES_READ).toISOString()).toContain(ALLOWANCES_READ);
  const names = ALLOWANCES.map(({ service, of }) => `${service} ${of}`);
  expect(new Set(names).size).toBe(names.length);
});

it("guarantees Lambda's two lines, with the limits that are the defaults", () => {
  const { limit } = settings({});
  expect(ALLOWANCES.filter(({ guaranteed }) => guaranteed).map(({ of, free }) => [of, free])).toEqual([
    ['requests', limit.requests],
    ['compute', limit.mbMs / 1_024_000],
  ]);
});
