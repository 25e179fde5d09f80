import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hint } from '../src/did-you-mean.js';
import { escapeControls, formatPercent, formatSize, table } from '../src/terminal-output.js';
import { validateReport, validateUsage } from '../src/validate-input.js';

describe('output', () => {
  it('suggests a known word, or lists all', () => {
    expect(hint('--reprot', ['--out', '--report'])).toBe(' (did you mean --report?)');
    expect(hint('zebra', ['report', 'bake'])).toBe('; use one of report, bake');
    expect(hint('x'.repeat(1e6), ['report'])).toBe('; use one of report');
    expect(hint('report', [])).toBe('');
  });

  it('has no control characters, for any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        if (/^[\w ]*$/.test(text)) expect(escapeControls(text)).toBe(text);
      }),
    );
  });

  it('has aligned columns', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^\w{1,300}$/), fc.stringMatching(/^\w{1,9}$/)), { minLength: 1 }), (rows) => {
        const lines = table(rows);
        expect(lines).toHaveLength(rows.length);
        expect(new Set(lines.map((line) => line.lastIndexOf('  '))).size).toBe(1);
        for (const line of lines) expect(line.length).toBeLessThan(180);
      }),
    );
  });

  it('formats shares and sizes', () => {
    expect([formatPercent(1, 3), formatPercent(0, 0), formatPercent(1, 0)]).toEqual(['33 %', '–', '–']);
    expect([formatSize(-2048), formatSize(1536), formatSize(5 * 2 ** 20)]).toEqual(['-2.0 KB', '1.5 KB', '5.0 MB']);
  });
});

describe('validation', () => {
  it('returns a problem for any other value, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(validateUsage(value, '')).toEqual(expect.any(String));
        expect(validateReport(value, '')).toEqual(expect.any(String));
      }),
    );
  });
});
