import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const run = (code: string, shell: string) =>
  spawnSync('sh', ['-c', `"${process.execPath}" -e "$CODE" ${shell}`], { encoding: 'utf8', env: { ...process.env, CODE: code }, cwd: import.meta.dirname });
const program = (work: string) => `const { writeLine } = require('@suga/gateway/output'); ${work}`;

it('has written a line when it returns, whatever becomes of the process', () => {
  expect(run(program(`writeLine('a'); writeLine('ü'); process.kill(process.pid, 'SIGKILL');`), '').stdout).toBe('a\nü\n');
});

it('writes all of a long line into a slow pipe', () => {
  expect(run(program(`writeLine('x'.repeat(1_000_000));`), '| (sleep 0.2; wc -c)').stdout.trim()).toBe('1000001');
});

it('takes a closed pipe and a full disk without an error', () => {
  expect(run(program(`writeLine('lost'); console.error('alive');`), '>&-').stderr).toContain('alive');
  expect(run(program(`writeLine('lost'); console.error('alive');`), '>/dev/full').stderr).toContain('alive');
});
