import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheStats, ComputeOptions } from '@suga/cache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Invoked {
  readonly id: string;
  readonly value: string;
  readonly took: number;
  readonly stats: CacheStats;
}

/** What the upstream does with a request; without it, nothing: the request hangs. */
let upstream: ((response: ServerResponse) => void) | undefined;
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  upstream?.(response);
});
let child: ChildProcess;

beforeEach(async () => {
  requests = 0;
  upstream = (response) => response.end(`value ${requests}`);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  child = fork(join(import.meta.dirname, 'fixtures', 'frozen.mjs'), [`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  await once(child, 'message');
});
afterEach(async () => {
  child.kill('SIGKILL');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function invoke(id: string, options: ComputeOptions, { timeout = 20_000, leave = false } = {}): Promise<Invoked> {
  child.send({ id, timeout, options, leave });
  const [answer] = await once(child, 'message');
  return answer as Invoked;
}

/** As Lambda does after the response: the process stands still, its clock does not. */
async function freeze(ms: number): Promise<void> {
  child.kill('SIGSTOP');
  await sleep(ms);
  child.kill('SIGCONT');
}

const stale: ComputeOptions = { staleWhileRevalidate: 600_000 };

describe('a stale value, over a freeze', () => {
  it('is refreshed before the response, and the new one is there after the freeze', async () => {
    expect(await invoke('1', stale)).toMatchObject({ value: 'value 1' });
    await sleep(100);
    upstream = (response) => setTimeout(() => response.end('value 2'), 300);
    const second = await invoke('2', { ...stale, ttl: 600_000 });
    expect(second.value).toBe('value 1');
    expect(second.took).toBeGreaterThanOrEqual(250);
    await freeze(2000);
    expect(await invoke('3', stale)).toMatchObject({ value: 'value 2', stats: { refreshes: 1, failedRefreshes: 0 } });
    expect(requests).toBe(2);
  });

  it('does not hold the response beyond the deadline, and nobody waits for the dead refresh afterwards', async () => {
    await invoke('1', stale);
    await sleep(100);
    upstream = undefined;
    const second = await invoke('2', stale, { timeout: 700 });
    expect(second.value).toBe('value 1');
    expect(second.took).toBeLessThan(700);
    await freeze(2000);
    upstream = (response) => response.end(`value ${requests}`);
    // A new refresh, not the one that hangs since before the freeze.
    expect(await invoke('3', { ...stale, ttl: 600_000 })).toMatchObject({ value: 'value 1', stats: { refreshes: 2, failedRefreshes: 1 } });
    expect(await invoke('4', stale)).toMatchObject({ value: 'value 3' });
  });

  it('waits for the next invocation where it is told to', async () => {
    const next: ComputeOptions = { ...stale, revalidate: 'next' };
    await invoke('1', next);
    await sleep(100);
    expect(await invoke('2', next)).toMatchObject({ value: 'value 1', stats: { refreshes: 0 } });
    expect(requests).toBe(1);
    await freeze(1000);
    expect(await invoke('3', next)).toMatchObject({ value: 'value 1', stats: { refreshes: 1 } });
    expect(requests).toBe(2);
  });

  it('a computation that its invocation left behind is not joined after the freeze', async () => {
    upstream = undefined;
    expect(await invoke('1', {}, { leave: true })).toMatchObject({ value: 'left' });
    await freeze(1000);
    upstream = (response) => response.end('anew');
    expect(await invoke('2', {})).toMatchObject({ value: 'anew', stats: { joined: 0, misses: 2 } });
  });
});
