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

it('tells of a full disk and a reader that has gone, so that what was lost can be counted', () => {
  const trying = program("try { for (;;) writeLine('lost'); } catch ({ code }) { console.error(code); }");
  expect(run(trying, '>/dev/full').stderr).toContain('ENOSPC');
  expect(run(trying, '| true').stderr).toContain('EPIPE');
});

it('gives up when nobody reads, and the next line is a line of its own', () => {
  // What has been printed by console makes the pipe one that does not wait.
  const work = `console.log('first'); let lost = 0;
    for (let n = 0; n < 5; n++) try { writeLine(String(n).repeat(40_000)); } catch { lost++; if (lost === 1) break; }
    setTimeout(() => { writeLine('last'); console.error('lost ' + lost); }, 3000);`;
  const { stdout, stderr } = run(program(work), '| (sleep 3; cat)');
  expect(stderr).toContain('lost 1');
  const lines = stdout.trim().split('\n');
  expect([lines[0], lines.at(-1)]).toEqual(['first', 'last']);
}, 20_000);
