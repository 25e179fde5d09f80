import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStats, ComputeOptions } from '@suga/cache';
import { until } from '@suga/vitest/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Invoked {
  readonly id: string;
  readonly value: string;
  readonly stats: CacheStats;
}

/** Sends the response of the upstream. If it is undefined, the request hangs. */
let upstream: ((response: ServerResponse) => void) | undefined;
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  upstream?.(response);
});
let child: ChildProcess;
const answers = new Map<string, Invoked>();
/** Milliseconds by which the function's clock is ahead of the clock of this process. */
let clock = 0;

beforeEach(async () => {
  [requests, clock] = [0, 0];
  answers.clear();
  upstream = (response) => response.end(`value ${requests}`);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  child = fork(join(import.meta.dirname, 'fixtures', 'frozen.mjs'), [`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  child.on('message', (answer: Invoked) => answers.set(answer.id, answer));
  await until(() => answers.has('ready'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function invoke(id: string, options: ComputeOptions, { timeout = 900_000, leave = false } = {}): Promise<Invoked> {
  child.send({ id, clock, timeout, options, leave });
  await until(() => answers.has(id));
  return answers.get(id) as Invoked;
}

/** Sends a message and waits for its answer. Messages arrive in order, so all earlier answers have arrived then, too. */
async function roundTrip(): Promise<void> {
  child.send({ id: 'ping' });
  await until(() => answers.has('ping'));
}

/** Does the same as Lambda after the response: it stops the process, but not its clock. */
async function freeze(ms: number): Promise<void> {
  child.kill('SIGSTOP');
  await sleep(50);
  clock += ms;
  child.kill('SIGCONT');
}

const stale: ComputeOptions = { staleWhileRevalidate: 600_000 };

describe('a stale value, over a freeze', () => {
  it('is refreshed before the response, and the new one is there after the freeze', async () => {
    expect(await invoke('1', stale)).toMatchObject({ value: 'value 1' });
    clock += 100_000;
    let held: ServerResponse | undefined;
    upstream = (response) => (held = response);
    const second = invoke('2', { ...stale, ttl: 600_000 });
    await until(() => held !== undefined);
    await roundTrip();
    expect(answers.has('2')).toBe(false);
    held?.end('value 2');
    expect((await second).value).toBe('value 1');
    await freeze(2000);
    expect(await invoke('3', stale)).toMatchObject({ value: 'value 2', stats: { refreshes: 1, failedRefreshes: 0 } });
    expect(requests).toBe(2);
  });

  it('does not hold the response beyond the deadline, and later invocations do not wait for the dead refresh', async () => {
    await invoke('1', stale);
    clock += 100_000;
    upstream = undefined;
    expect(await invoke('2', stale, { timeout: 700 })).toMatchObject({ value: 'value 1', stats: { refreshes: 1, failedRefreshes: 1 } });
    await freeze(2000);
    upstream = (response) => response.end(`value ${requests}`);
    // This is a new refresh, not the one that has been hanging since before the freeze.
    expect(await invoke('3', { ...stale, ttl: 600_000 })).toMatchObject({ value: 'value 1', stats: { refreshes: 2, failedRefreshes: 1 } });
    expect(await invoke('4', stale)).toMatchObject({ value: 'value 3' });
  });

  it("waits for the next invocation with revalidate: 'next'", async () => {
    const next: ComputeOptions = { ...stale, revalidate: 'next' };
    await invoke('1', next);
    clock += 100_000;
    expect(await invoke('2', next)).toMatchObject({ value: 'value 1', stats: { refreshes: 0 } });
    expect(requests).toBe(1);
    await freeze(1000);
    expect(await invoke('3', next)).toMatchObject({ value: 'value 1', stats: { refreshes: 1 } });
    expect(requests).toBe(2);
  });

  it('a computation of an ended invocation is not joined after the freeze', async () => {
    upstream = undefined;
    expect(await invoke('1', {}, { leave: true })).toMatchObject({ value: 'left' });
    await freeze(1000);
    upstream = (response) => response.end('new');
    expect(await invoke('2', {})).toMatchObject({ value: 'new', stats: { joined: 0, misses: 2 } });
  });
});
