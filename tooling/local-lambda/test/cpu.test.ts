import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startFunction } from '../src/index.ts';
import { fixture, payload, start } from './workbench.ts';

const probe = await startFunction({ taskRoot: fixture('function'), handler: 'index.spin', cpu: 'as-memory', onLog: () => {} });
const limited = probe.cpuLimited;
await probe.close();

const stat = (folder: string): string => (existsSync(join(folder, 'cpu.stat')) ? readFileSync(join(folder, 'cpu.stat'), 'utf8') : '');
const groups = (): string[] => {
  const roots = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'].filter((folder) => existsSync(folder));
  return roots.flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.startsWith(`suga-lambda-${process.pid}-`))
      .map((name) => join(root, name)),
  );
};

test.skipIf(!limited)('the CPU share follows from memory (skipped where no CPU cgroup can be made)', async () => {
  const fn = await start({ handler: 'index.spin', cpu: 'as-memory', memory: 256 });
  expect(fn.cpuLimited).toBe(true);
  await fn.invoke({ ms: 1 });
  // 256 MB are 0.145 vCPU. The figure is the kernel's, so other work on the machine cannot raise it.
  expect(payload<number>(await fn.invoke({ ms: 600 }))).toBeLessThan(0.25);
});

test.skipIf(!limited)('close removes the cgroup', async () => {
  const before = groups();
  const fn = await start({ handler: 'index.burn', cpu: 'as-memory' });
  await fn.invoke({ cpuMs: 200 });
  const [group = ''] = groups().filter((name) => !before.includes(name));
  if (group !== '') expect(stat(group)).toMatch(/nr_throttled [1-9]/);
  await fn.close();
  expect(groups()).toEqual(before);
});

test.skipIf(limited)('a log line says that the CPU cannot be limited', async () => {
  const lines: string[] = [];
  const fn = await start({ handler: 'index.spin', cpu: 'as-memory', onLog: (line) => lines.push(line) });
  expect(fn.cpuLimited).toBe(false);
  expect(lines[0]).toMatch(/^CPU is not limited: /);
});

test('by default, the CPU is not limited and no line is logged', async () => {
  const warn = vi.spyOn(process, 'emitWarning');
  const fn = await start({ handler: 'index.spin' });
  expect(fn.cpuLimited).toBe(false);
  expect(warn).not.toHaveBeenCalled();
});
