import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settled } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { expect, onTestFinished, test } from 'vitest';
import { fixture, isRunning, folder as newFolder, payload, start } from './workbench.ts';

interface Processes {
  pid: number;
  child: number;
  folder?: string;
}

test('close leaves no process, child process, or temporary folder', async () => {
  const fn = await start({ handler: 'index.child' });
  const { pid, child } = payload<Processes>(await fn.invoke({}));
  expect([pid, child].every(isRunning)).toBe(true);
  await fn.close();
  await until(() => ![pid, child].some(isRunning));
});

test('close removes the layers’ folder and ends the Runtime API', async () => {
  const fn = await start({ handler: 'index.environment' });
  const { variables } = payload<{ variables: Record<string, string> }>(await fn.invoke({}));
  const root = (variables.NODE_PATH ?? '').split('/opt/')[0] ?? '';
  expect(existsSync(root)).toBe(true);
  await fn.close();
  expect(existsSync(root)).toBe(false);
  await expect(fetch(`http://${variables.AWS_LAMBDA_RUNTIME_API}/`)).rejects.toThrow();
});

test('close rejects running, queued and later invocations', async () => {
  const fn = await start({ handler: 'index.sleep' });
  await fn.invoke({ ms: 1 });
  const pending = [fn.invoke({ ms: 800_000 }), fn.invoke({ ms: 1 })].map((promise) => promise.catch((error: unknown) => error));
  await fn.close();
  for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: 'closed', name: 'LocalLambdaError' });
  await expect(fn.invoke({})).rejects.toMatchObject({ code: 'closed', message: expect.stringContaining('startFunction()') });
  await fn.close();
  await fn.restart();
});

test('close during INIT, and without any invocation', async () => {
  const fn = await start({ handler: 'index.echo' });
  const cold = fn.invoke({}).catch((error: unknown) => error);
  await fn.close();
  expect(await cold).toMatchObject({ code: 'closed' });
  const unused = await start({ handler: 'index.echo' });
  await unused.close();
});

test('await using closes', async () => {
  let pid = 0;
  {
    await using fn = await start({ handler: 'index.child' });
    ({ pid } = payload<Processes>(await fn.invoke({})));
  }
  await until(() => !isRunning(pid));
});

test('restart lets running invocations end, and replaces the process', async () => {
  const file = join(await newFolder(), 'go on');
  const lines: string[] = [];
  const fn = await start({ handler: 'index.overlap', onLog: (line) => lines.push(line) });
  await fn.restart();
  const before = payload<Processes>(await fn.invoke({}));
  const last = fn.invoke({ file });
  await until(() => lines.filter((line) => line.includes('overlapping')).length === 2);
  let isRestarted = false;
  const restarted = fn.restart().then(() => (isRestarted = true));
  const next = fn.invoke({});
  await settled();
  expect(isRestarted).toBe(false);
  await writeFile(file, '');
  expect((await last).status).toBe('success');
  await restarted;
  expect(isRunning(before.pid)).toBe(false);
  expect(payload<Processes>(await next).pid).not.toBe(before.pid);
  expect(fn.restarts).toBe(1);
});

test.for(['SIGKILL', 'SIGTERM', 'exit'] as const)('the function dies with its parent (%s)', async (how) => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./parent.ts', import.meta.url)), fixture('function'), how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { pid, child, folder = '' } = JSON.parse(line.toString()) as Processes;
  if (how !== 'exit') {
    expect(existsSync(folder)).toBe(true);
    parent.kill(how);
  }
  await once(parent, 'exit');
  await until(() => ![pid, child].some(isRunning) && !existsSync(folder));
});
