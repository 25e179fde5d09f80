import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cloudWatch, freeTier, lambdaControl, sns, startAws } from '@suga/aws-fakes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folder, main, suga } from './suga.js';

/** The folder in which the SDK's clients are installed. */
const ftpms = join(import.meta.dirname, '..', '..', 'ftpms');
const require = createRequire(import.meta.url);
const functions = () => ({ orders: { memoryMb: 128, timeout: 10, concurrency: 10 }, thumbs: { memoryMb: 256, timeout: 10, concurrency: 5 } });

let env: Record<string, string>;
let lambda: ReturnType<typeof lambdaControl>;
let close: () => Promise<void>;

beforeAll(async () => {
  lambda = lambdaControl();
  const aws = await startAws(lambda.service, cloudWatch().service, sns('alerts').service, freeTier().service);
  env = {
    AWS_ENDPOINT_URL: aws.settings.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: await anotherTable(),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAFAKE',
    AWS_SECRET_ACCESS_KEY: 'fake',
    FTPMS_FUNCTIONS: 'orders:critical,thumbs',
    FTPMS_STOP_LATENCY_S: '10',
    NODE_OPTIONS: `--require=${fileURLToPath(import.meta.resolve('@suga/vitest/patience'))}`,
  };
  close = async () => {
    await aws.close();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  };
});

const servers: Server[] = [];

/** Starts an empty DynamoDB and returns its address. */
async function anotherTable(): Promise<string> {
  const server: Server = require('dynalite')({ createTableMs: 0 });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(() => close());
let serial = 0;
beforeEach(() => {
  env['FTPMS_TABLE'] = `ftpms-${++serial}`;
  lambda.denied.clear();
  for (const [name, each] of Object.entries(functions())) lambda.functions.set(name, each);
});

const run = (args: readonly string[], more: Record<string, string> = {}) => suga(['ftpms', ...args], { cwd: ftpms, env: { ...env, ...more } });
/** Runs the guardian once, as its schedule would. */
const guardian = () => promisify(execFile)(process.execPath, ['-e', RUN], { cwd: ftpms, env: { ...process.env, ...env } });
const RUN = `require('@suga/ftpms/guardian').createGuardian()({ ftpms: 'reconcile' })`;
const concurrency = () => Array.from(lambda.functions.values(), (each) => each.concurrency);

describe('suga ftpms', () => {
  it('checks before the table exists, and fails if the guarantee does not hold', async () => {
    const good = await run(['check']);
    expect(good.code).toBe(0);
    expect(good.out).toMatch(/requests: .* ≤ 1,000,000: holds/);
    expect(good.out).toContain('each environment may serve 10 emergencies.\nUp to 2.34 writes a second; the table takes 5.\n');
    expect(good.out).toMatch(/\nWarnings\n {2}orders has no FTPMS_TABLE: .*\n {2}thumbs has no FTPMS_TABLE: /);
    lambda.functions.set('orders', { memoryMb: 128, timeout: 10, concurrency: 900 });
    const bad = await run(['check']);
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/DOES NOT HOLD/);
    expect(bad.out).toMatch(/Lower reserved concurrency from 905 to \d+/);
    expect(bad.err).toBe('suga: the guarantee does not hold for these functions.\n');
    expect(JSON.parse((await run(['check', '--json'])).out)).toMatchObject({ holds: false });
  });

  it('sets up, prints the status, stops, restores, drills', async () => {
    expect(await run(['status'])).toMatchObject({ code: 1, err: expect.stringContaining('suga ftpms setup') });
    const made = await run(['setup', '--email', 'me@example.com']);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/table {6}ftpms-\d+ \(new\)[\s\S]*alarms {5}8[\s\S]*Set FTPMS_TOPIC=arn:aws:sns/);
    expect((await run(['status'])).err).toBe('suga: there is no report because the guardian has not run; check that its schedule is enabled.\n');
    await guardian();
    expect((await run(['status'])).out).toMatch(/^\d{4}-\d\d: NORMAL, open; \d+ minutes old\nNow: open\n/);
    const stopped = await run(['stop']);
    expect([stopped.code, concurrency()]).toEqual([0, [0, 0]]);
    expect((await run(['status'])).out).toContain('\nNow: blocked, stopped by command until suga ftpms restore (newer than the report)\n');
    expect(await run(['restore'])).toMatchObject({ code: 0, err: '' });
    expect(concurrency()).toEqual([10, 5]);
    expect((await run(['drill', 'thumbs'])).out).toMatch(/thumbs was stopped within \d+ ms and restored within \d+ ms/);
    const { out } = await run(['status']);
    expect(out).toMatch(/^\d{4}-\d\d: NORMAL, open/);
    expect(out).toContain('Drill: thumbs');
  });

  it('writes the page, and serves it to this machine only', async () => {
    await run(['setup']);
    await guardian();
    using files = folder();
    const file = join(files.path, 'page.html');
    expect(await run(['page', '--out', file])).toMatchObject({ code: 0, out: `${file}\n` });
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
    const child = spawn(process.execPath, [main, 'ftpms', 'page'], { cwd: ftpms, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const said = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
    const [url = ''] = /http:\S+/.exec(said.toString()) ?? [];
    const page = await fetch(url);
    expect([page.status, (await page.text()).slice(0, 15)]).toEqual([200, '<!doctype html>']);
    expect((await fetch(`${url}etc`)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('stops without a table, and reports that the ledger was not written', async () => {
    const away = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' };
    expect(await run(['stop'], away)).toMatchObject({
      code: 1,
      out: expect.stringContaining('Stopped: orders, thumbs'),
      err: expect.stringMatching(/^suga: some steps failed: not recorded in the ledger; repeat the stop when it responds: .*ECONNREFUSED/),
    });
    expect(concurrency()).toEqual([0, 0]);
  });

  it('restores functions after the table was lost, and names those without a record', async () => {
    await run(['setup']);
    expect((await run(['stop'])).code).toBe(0);
    expect(concurrency()).toEqual([0, 0]);
    const lost = { AWS_ENDPOINT_URL_DYNAMODB: await anotherTable() };
    const [orders] = Array.from(lambda.functions.values());
    expect(orders?.tags).toEqual({ 'ftpms:had': '10 0 held' });
    // The tags of one function are lost too.
    Object.assign(orders ?? {}, { tags: {} });
    await run(['setup'], lost);
    const told = expect.stringContaining('aws lambda put-function-concurrency --function-name orders --reserved-concurrent-executions <number>');
    for (const task of ['check', 'status']) expect(await run([task], lost)).toMatchObject({ code: 1, out: told });
    expect(await run(['restore'], lost)).toMatchObject({ code: 1, err: told });
    expect(concurrency()).toEqual([0, 5]);
    Object.assign(orders ?? {}, { concurrency: 10 });
    expect(await run(['restore'], lost)).toMatchObject({ code: 0 });
    expect((await run(['check'], lost)).code).toBe(0);
  });

  it('names a missing permission', async () => {
    lambda.denied.add('lambda:ListFunctions');
    expect(await run(['check'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^suga: ftpms: AWS does not allow lambda:ListFunctions\. Attach policies\/operator\.json.*\n$/),
    });
  });

  it.each([
    ['FTPMS_TABLE', 'not set: give the name of the ledger\'s DynamoDB table (option "table", --table, or FTPMS_TABLE).'],
    ['FTPMS_FUNCTIONS', 'not set: give the names of the protected functions'],
    ['AWS_REGION', 'not set: give the region'],
    ['AWS_ACCESS_KEY_ID', 'not set: give credentials'],
    ['AWS_SECRET_ACCESS_KEY', 'not set: give credentials'],
  ])('says how to set %s', async (variable, words) => {
    expect(await run(['check'], { [variable]: '' })).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`suga: ftpms: ${variable} is ${words}`) });
  });

  it.each([
    [[], 'no task given'],
    [['chek'], 'unknown task chek (did you mean check?)'],
    [['constructor'], 'unknown task constructor; use one of check, setup, status, stop, restore, drill, page.'],
    [['check', 'orders'], 'unexpected argument "orders"'],
    [['drill'], 'no function given'],
    [['page', '--port', 'x'], '--port must be'],
    [['check', '--table', 'x y'], '"table" must be the name of the ledger\'s DynamoDB table (option "table", --table, or FTPMS_TABLE), got "x y"'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });
});
