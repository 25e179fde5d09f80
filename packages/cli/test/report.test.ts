import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayExports, usage } from './exports.js';
import { folder, main, suga } from './suga.js';

/** Returns lines with `|` in place of the spaces between columns. */
const squeezed = (text: string): string[] => text.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

describe('suga report', () => {
  it('merges usage and prints what each request type used', async () => {
    const { usage: real } = await gatewayExports();
    using files = folder({ 'one.json': real, 'two.json': real });
    const { code, out } = await suga(['report', 'one.json', 'two.json'], { cwd: files.path });
    expect(code).toBe(0);
    const lines = squeezed(out);
    expect(lines[0]).toBe('2 environments, 40 invocations, 2 cold starts');
    for (const line of [
      'sqs: 40 invocations, 2 cold starts',
      'a | 40 | 100 % | hot',
      'b | 20 | 50 %',
      'c | 2 | 5 % | cold',
      'a.get | 40 | 100 %',
      'a+b | 20 | 50 %',
      'None yet: they need three cold starts.',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('recommends changes for the memory setting, with reasons', async () => {
    const given = usage({ invocations: 100, interfaces: { a: 60, b: 90, c: 1 }, coldStarts: 20, cold: { a: 6, c: 1 } });
    using files = folder({ 'usage.json': given });
    const at = async (memory: string) => squeezed((await suga(['report', 'usage.json', '--memory', memory], { cwd: files.path })).out);
    const small = await at('512');
    expect(small).toContain('Recommendations at 512 MB');
    expect(small.find((line) => line.startsWith('preload a'))).toContain('used in 30 % of 20 cold starts');
    expect(small.find((line) => line.startsWith('preload b for http'))).toContain('90 % of 100 requests');
    expect(small.find((line) => line.startsWith('leave c lazy'))).toContain('5 %');
    expect((await at('1769')).some((line) => line === 'preload a' || line.startsWith('preload a |'))).toBe(false);
  });

  it('prints what a report says: what is loaded, what stays and why, what is hot', async () => {
    const { report } = await gatewayExports();
    const decisions = {
      a: { at: 1e12, refused: 'in flight' },
      b: { at: 1e12, refused: 'holds 3 connections' },
      c: { at: 1e12, refused: 'hot' },
      d: { at: 1e12, refused: 'grace period' },
      e: { at: 1e12, refused: 'minimum resident' },
      f: { at: 1e12, code: 'dropped' },
      g: { at: 1e12, code: 'kept' },
      h: { at: 1e12, refused: 'what a later version says' },
    };
    const baked = { files: 4, used: 3, rejected: 1 };
    const hot = [{ operation: 'a.get', tier: 1, share: 0.9 }];
    using files = folder({ 'report.json': { ...report, decisions, hot, baked, collections: { count: 2, totalMs: 41.25 }, unloads: 2 } });
    const { code, out } = await suga(['report', 'report.json'], { cwd: files.path });
    expect(code).toBe(0);
    const lines = squeezed(out);
    for (const line of [
      `20 invocations, ${Object.keys(report.loaded).length} interfaces loaded, 2 unloads`,
      'a | stays | in flight: one of its calls was running | 2001-09-09T01:46:40.000Z',
      'b | stays | holds 3 connections: an unload would lose this | 2001-09-09T01:46:40.000Z',
      'c | stays | hot: it has a hot operation | 2001-09-09T01:46:40.000Z',
      'd | stays | grace period: it was used shortly before | 2001-09-09T01:46:40.000Z',
      'e | stays | minimum resident: no more interfaces were loaded than this minimum | 2001-09-09T01:46:40.000Z',
      'f | unloaded | its state and its code | 2001-09-09T01:46:40.000Z',
      'h | stays | what a later version says | 2001-09-09T01:46:40.000Z',
      'a.get | tier 1 | 90 %',
      'collections | 2, 41.3 ms in total',
      'used | 3 of 4 files',
      'unloadPolicy | "time"',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.find((line) => line.startsWith('a | ') && line.includes(' heap | by sqs | '))).toMatch(/^a \| [\d.]+ ms \| [+-][\d.]+ [KM]B heap/);
  });

  it('accepts the real output of a gateway', async () => {
    const real = await gatewayExports();
    using files = folder({ 'usage.json': real.usage, 'report.json': real.report });
    const text = await suga(['report', 'usage.json', 'report.json'], { cwd: files.path });
    expect(text.out).toContain('report.json:\n');
    const { code, out } = await suga(['report', 'usage.json', 'report.json', '--json'], { cwd: files.path });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      usage: real.usage,
      recommendations: [],
      reports: [{ file: 'report.json', report: JSON.parse(JSON.stringify(real.report)) }],
    });
  });

  it('reads standard input, also line by line, however many they are', async () => {
    const line = JSON.stringify(usage());
    expect((await suga(['report', '-'], { input: line })).out).toContain('1 environment, 10 invocations, 4 cold starts');
    const many = await suga(['report', '-'], { input: `\uFEFF${`${line}\r\n\n`.repeat(130_000)}` });
    expect(many.out).toContain('130,000 environments, 1,300,000 invocations');
  });

  it('ends without an error when its reader closes the pipe', async () => {
    const requests = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`GET /${index}`, usage().requests['http']]));
    using files = folder({ 'usage.json': { ...usage(), requests } });
    const child = spawn(process.execPath, [main, 'report', join(files.path, 'usage.json')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const err: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(Buffer.concat(err).toString()).toBe('');
  });
});

describe('suga report, with broken or hostile files', () => {
  const good = usage();
  it.each<[string, unknown, string]>([
    ['not JSON', 'usage: 5', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    ['half a file', JSON.stringify(good).slice(0, 80), 'it is not JSON'],
    ['a broken line', `${JSON.stringify(good)}\n{"version"`, 'line 2: it is not JSON'],
    ['a wrong line', `${JSON.stringify(good)}\n{}`, 'line 2: it is not output of'],
    ['null', 'null', 'it is not an object'],
    ['an array', '[]', 'it is not an object'],
    ['a later version', { ...good, version: 2 }, '/version is not 1'],
    ['no requests', { ...good, requests: null }, '/requests is not an object'],
    ['an array of requests', { ...good, requests: [] }, '/requests is not an object'],
    ['a string as count', usage({ invocations: '5' as never }), '/requests/http/invocations is not a number'],
    ['a negative count', usage({ interfaces: { a: -1 } }), '/requests/http/interfaces/a is below 0'],
    ['an infinite count', JSON.stringify(good).replace('"coldStarts":4', '"coldStarts":1e999'), '/requests/http/coldStarts is not a number'],
    ['a half report', { loaded: {}, settings: {} }, '/invocations is not a number'],
    [
      'an invalid time',
      { ...(JSON.parse('{"loaded":{"a":{"by":"x","at":1e300,"loadMs":1,"heapDelta":1}},"settings":{},"invocations":1}') as object) },
      '/loaded/a/at is not a time',
    ],
  ])('names the file: %s', async (_, content, words) => {
    using files = folder({ 'bad.json': content });
    const { code, out, err } = await suga(['report', 'bad.json'], { cwd: files.path });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^suga: bad\.json: .*\n$/);
    expect(err).toContain(words);
  });

  it('names a missing file, and a folder', async () => {
    using files = folder();
    expect((await suga(['report', 'none.json'], { cwd: files.path })).err).toMatch(/^suga: none\.json: ENOENT/);
    expect((await suga(['report', '.'], { cwd: files.path })).err).toMatch(/^suga: \.: EISDIR/);
    expect((await suga(['report', '-'], { input: '{' })).err).toMatch(/^suga: standard input: it is not JSON/);
  });

  it('does not let names control the terminal or change objects', async () => {
    const evil = '\u001b[2J\u202eevil\nnext';
    const text = JSON.stringify(
      usage({ interfaces: { [evil]: 5, PROTO: 4, constructor: 3 } as never, coldStarts: 5, cold: { PROTO: 5, constructor: 5 } as never }),
    );
    using files = folder({ 'usage.json': text.replaceAll('PROTO', '__proto__').replace('"http"', '"__proto__"') });
    const { code, out } = await suga(['report', 'usage.json'], { cwd: files.path });
    expect(code).toBe(0);
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(out).toContain('\\u001b[2J\\u202eevil\\u000anext');
    expect(squeezed(out)).toContain('__proto__ | 4 | 40 %');
    expect(out).toContain('preload __proto__');
    expect(out).toContain('__proto__: 10 invocations');
  });

  it('cuts a name of ten megabytes', async () => {
    using files = folder();
    writeFileSync(join(files.path, 'usage.json'), JSON.stringify(usage({ interfaces: { ['x'.repeat(1e7)]: 5, a: 5 } })));
    const { code, out } = await suga(['report', 'usage.json'], { cwd: files.path });
    expect(code).toBe(0);
    expect(out.length).toBeLessThan(10_000);
  });
});
