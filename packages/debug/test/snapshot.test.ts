import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debug } from '@suga/debug';
import { createGateway } from '@suga/gateway';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'suga-snapshot-'));
const on = () => createGateway({ debug: debug({ enabled: true }) }).debug;
const codeOf = (path: string) => {
  try {
    on().heapSnapshot({ path });
    return 'written';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a heap snapshot', () => {
  it('is a file that the developer tools can read', () => {
    const script = `
      const { createGateway } = require('@suga/gateway');
      const { debug } = require('@suga/debug');
      const one = createGateway({ debug: debug({ enabled: true }) }).debug;
      process.stdout.write(JSON.stringify(one.heapSnapshot()));
    `;
    const env = { ...process.env, TMPDIR: folder, NODE_OPTIONS: '' };
    const told = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: import.meta.dirname, env, encoding: 'utf8' }));
    expect(told).toEqual({
      path: expect.stringMatching(/suga-\d{14}-\d+-\d+\.heapsnapshot$/),
      bytes: statSync(told.path).size,
      durationMs: expect.any(Number),
    });
    const { snapshot, nodes, strings } = JSON.parse(readFileSync(told.path, 'utf8'));
    expect(nodes.length).toBe(snapshot.node_count * snapshot.meta.node_fields.length);
    expect(strings).toContain('createGateway');
    // Other users of the machine may not read the memory of the process.
    expect(statSync(told.path).mode & 0o077).toBe(0);
  });

  it('is refused while off', () => {
    const { heapSnapshot } = createGateway({ debug: debug() }).debug;
    expect(() => heapSnapshot({ path: join(folder, 'off') })).toThrow(
      expect.objectContaining({ code: 'Disabled', message: expect.stringContaining('SUGA_DEBUG=1') }),
    );
    expect(existsSync(join(folder, 'off'))).toBe(false);
  });

  it('is refused if the file cannot be written, and overwrites nothing', () => {
    const mine = join(folder, 'mine');
    writeFileSync(mine, 'mine');
    expect([mine, join(mine, 'below'), '/proc/below', '/no/such/folder/file', '/dev/full', folder].map(codeOf)).toEqual(new Array(6).fill('NotWritable'));
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(codeOf('a\0b')).toBe('InvalidParams');
  });

  it('is refused if there is no room for it, and leaves no file', () => {
    const fs = process.getBuiltinModule('node:fs');
    const before = readdirSync(folder);
    vi.spyOn(fs, 'statfsSync').mockReturnValue({ bavail: 10, blocks: 100, bsize: 4096 } as never);
    expect(() => on().heapSnapshot({ path: join(folder, 'full') })).toThrow(
      expect.objectContaining({ code: 'NoSpace', message: expect.stringMatching(/needs about \d+ MB on disk, but only 1 MB are free/) }),
    );
    vi.restoreAllMocks();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1');
    expect(codeOf(join(folder, 'small'))).toBe('NoMemory');
    vi.unstubAllEnvs();
    const full = () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    vi.spyOn(fs, 'openSync').mockImplementation(full);
    expect(codeOf(join(folder, 'none'))).toBe('NoSpace');
    vi.restoreAllMocks();
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is deleted if it is incomplete', () => {
    const before = readdirSync(folder);
    vi.spyOn(process.getBuiltinModule('node:v8'), 'writeHeapSnapshot').mockImplementation(
      (path) => (writeFileSync(String(path), '{"snapshot":{"meta"'), String(path)),
    );
    expect(codeOf(join(folder, 'half'))).toBe('NoSpace');
    expect(readdirSync(folder)).toEqual(before);
  });
});
