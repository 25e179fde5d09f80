import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Answered, SmallAccount } from './account.js';

const folder = mkdtempSync(join(tmpdir(), 'suga-free-tier-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET', path: '/' }, requestId: 'r' }, headers: {}, isBase64Encoded: false };
const schedule = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, id: 'x', time: '2026-11-10T00:00:00Z', resources: [], account: '1' };
const queue = { Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:1:q', messageId: 'm', body: 'b', attributes: {} }] };

interface Response {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}
const statusOf = (answered: Answered): number | string =>
  answered === 'throttled' ? answered : answered.status === 'success' ? (answered.payload as Response).statusCode : answered.status;

it('warns, throttles, blocks, stops the function and restores it, as its callers see it', async () => {
  await using account = new SmallAccount(folder);
  // Small numbers: the guarantee reserves 10 · 1 · (1 + 20) requests, and some more for requests that are refused.
  await account.start({ FTPMS_REQUEST_LIMIT: '1500', FTPMS_STOP_LATENCY_S: '1' });
  await account.deploy('guardian');
  await account.deploy('orders');
  const guardian = (payload: object): Promise<Answered> => account.invoke('guardian', payload);
  expect(await guardian({ ftpms: 'reconcile' })).toMatchObject({ status: 'success', payload: { did: 'reconciled', level: 'normal' } });

  const seen: (number | string)[] = [];
  const ask = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) seen.push(statusOf(await account.invoke('orders', request)));
  };
  const levels: string[] = [];
  for (let round = 0; round < 40 && seen.at(-1) !== 'throttled'; round++) {
    await ask(50);
    const run = await guardian({ ftpms: 'reconcile' });
    if (run !== 'throttled' && run.status === 'success') levels.push((run.payload as { level: string }).level);
  }

  // First all requests succeed, then a share is shed, then all are refused, then Lambda throttles all.
  const first = (status: number | string): number => seen.indexOf(status);
  expect(first(200)).toBe(0);
  expect(first(429)).toBeGreaterThan(0);
  expect(first(503)).toBeGreaterThan(first(429));
  expect(first('throttled')).toBeGreaterThan(first(503));
  expect(seen.slice(first('throttled')).every((status) => status === 'throttled')).toBe(true);
  expect([...new Set(levels)]).toEqual(['normal', 'warn', 'throttle', 'block']);
  expect(account.topics.published.map(({ subject }) => /WARN|THROTTLE|BLOCK/.exec(subject)?.[0])).toEqual(['WARN', 'THROTTLE', 'BLOCK']);
  expect(seen.filter((status) => status !== 'throttled').length).toBeLessThanOrEqual(1500);
  expect(account.lambda.functions.get('orders')?.concurrency).toBe(0);

  // Nothing is left, and nothing is given back for nothing.
  expect(await guardian({ ftpms: 'restore' })).toMatchObject({
    status: 'error',
    errorMessage: expect.stringContaining('too little is left to restore functions'),
  });
  await account.deploy('guardian', { FTPMS_REQUEST_LIMIT: '3000' });
  await guardian({ ftpms: 'reconcile' });
  expect(await guardian({ ftpms: 'restore' })).toMatchObject({ status: 'success', payload: { did: 'restored' } });
  expect(account.lambda.functions.get('orders')?.concurrency).toBe(1);
  // A refused environment asks for a lease again after two seconds; a new environment asks at once.
  expect([200, 503]).toContain(statusOf(await account.invoke('orders', request)));
  await account.deploy('orders');
  expect(statusOf(await account.invoke('orders', request))).toBe(200);
});

it('refuses each kind of event in its own way', async () => {
  await using account = new SmallAccount(folder);
  // The limit is so low that the inequality leaves no requests.
  await account.start({ FTPMS_REQUEST_LIMIT: '100', FTPMS_STOP_LATENCY_S: '1' });
  await account.deploy('guardian');
  await account.invoke('guardian', { ftpms: 'reconcile' });
  const refused = async (event: unknown): Promise<Answered> => {
    Object.assign(account.lambda.functions.get('orders') ?? {}, { concurrency: 1 });
    return account.invoke('orders', event);
  };
  await account.deploy('orders');
  const answered = await refused(request);
  expect(statusOf(answered)).toBe(503);
  expect(answered).toMatchObject({ payload: { headers: { 'retry-after': expect.stringMatching(/^\d+$/) } } });
  // A schedule is skipped with a log line. All records of a queue return to it.
  const skipped = await refused(schedule);
  expect(skipped).toMatchObject({ status: 'success', payload: null });
  expect(skipped !== 'throttled' && skipped.logs.some((line) => line.includes('"Skipped"'))).toBe(true);
  expect(await refused(queue)).toMatchObject({ status: 'error', errorMessage: expect.stringContaining('ftpms: invocation refused') });
});
