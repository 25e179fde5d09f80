import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const run = (code: string, shell: string) =>
  spawnSync('sh', ['-c', `"${process.execPath}" -e "$CODE" ${shell}`], { encoding: 'utf8', env: { ...process.env, CODE: code }, cwd: import.meta.dirname });
const program = (work: string) => `const { writeLine } = require('@suga/gateway/output'); ${work}`;

it('has written a line when it returns, whatever becomes of the process', () => {
  expect(run(program(`writeLine('a'); writeLine('ü'); process.kill(process.pid, 'SIGKILL');`), '').stdout).toBe('a\nü\n');
});

it('writes all of a long line into a slow pipe', () => {
  // Each pause of the writer is longer here, so that a reader that a busy machine starts late is waited for.
  const patience = 'const { wait } = Atomics; Atomics.wait = (array, index, value) => wait(array, index, value, 200);';
  expect(run(program(`${patience} writeLine('x'.repeat(1_000_000));`), '| (sleep 0.2; wc -c)').stdout.trim()).toBe('1000001');
});

it('tells of a full disk and a reader that has gone, so that what was lost can be counted', () => {
  const trying = program("try { for (;;) writeLine('lost'); } catch ({ code }) { console.error(code); }");
  expect(run(trying, '>/dev/full').stderr).toContain('ENOSPC');
  expect(run(trying, '| true').stderr).toContain('EPIPE');
});

it('stops trying if no process reads, and starts the next line on a line of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suga-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read = join(folder, 'read');
  // What has been printed by console makes the pipe one that does not wait. The reader reads once a line was lost.
  const work = `console.log('first'); let lost = 0;
    for (let n = 0; n < 5; n++) try { writeLine(String(n).repeat(40_000)); } catch { lost++; break; }
    process.getBuiltinModule('node:fs').writeFileSync('${read}', '');
    const end = () => { try { writeLine('last'); console.error('lost ' + lost); } catch { setTimeout(end, 20); } };
    end();`;
  const { stdout, stderr } = run(program(work), `| (until [ -e '${read}' ]; do sleep 0.05; done; cat)`);
  expect(stderr).toContain('lost 1');
  const lines = stdout.trim().split('\n');
  expect([lines[0], lines.at(-1)]).toEqual(['first', 'last']);
});
