import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayExports, usage } from './exports.js';
import { folder, suga } from './suga.js';

describe('suga profile', () => {
  it('writes a profile for LMMS_PROFILE', async () => {
    using files = folder({ 'one.json': usage(), 'two.json': usage() });
    const { code, out, err } = await suga(['profile', 'one.json', 'two.json', '--memory', '512', '--out', 'profile.json'], { cwd: files.path });
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' });
    const text = readFileSync(join(files.path, 'profile.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ version: 1, coldStarts: 8, preload: ['a'] });
    expect(readdirSync(files.path).sort()).toEqual(['one.json', 'profile.json', 'two.json']);
    expect((await suga(['profile', 'one.json', 'two.json', '--memory', '512'], { cwd: files.path })).out).toBe(text);
  });

  it('warns if there is too little data', async () => {
    const { code, out, err } = await suga(['profile', '-', '--memory', '512'], { input: JSON.stringify(usage({ coldStarts: 2 })) });
    expect({ code, preload: (JSON.parse(out) as { preload: string[] }).preload }).toEqual({ code: 0, preload: [] });
    expect(err).toContain('the profile preloads nothing; it is based on 2 cold starts');
  });

  it('refuses a report, and says what it needs', async () => {
    using files = folder({ 'report.json': (await gatewayExports()).report });
    const { code, err } = await suga(['profile', 'report.json', '--memory', '512'], { cwd: files.path });
    expect(code).toBe(2);
    expect(err).toContain('report.json is output of lmms().report()');
  });

  it('leaves nothing half-written', async () => {
    using files = folder({ 'usage.json': usage(), 'profile.json/in-the-way': '' });
    const { code, err } = await suga(['profile', 'usage.json', '--memory', '512', '--out', 'profile.json'], { cwd: files.path });
    expect(code).toBe(1);
    expect(err).toMatch(/^suga: profile\.json: the file cannot be written: /);
    expect(readdirSync(files.path).sort()).toEqual(['profile.json', 'usage.json']);
  });
});
