import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { layerFolder } from '@suga/layer';
import { type LocalFunction, serveFunctionUrl, startFunction } from '@suga/local-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionFolder } from '../src/bundle.ts';
import { runEvening } from '../src/evening.ts';
import { functionUrl } from '../src/events/http.ts';
import { evening } from '../src/events/index.ts';
import { queue } from '../src/events/other.ts';

// Time limits that a busy machine does not exceed.
const patient = { timeout: 900_000, initTimeout: 900_000 } as const;
let fn: LocalFunction;
beforeAll(async () => {
  fn = await startFunction({ name: 'home', taskRoot: functionFolder, handler: 'index.handler', layers: [layerFolder], memory: 256, ...patient });
});
afterAll(() => fn.close());

describe('the demo', () => {
  it('is bundled without any of our packages', () => {
    const bundle = readFileSync(join(functionFolder, 'index.cjs'), 'utf8');
    expect(bundle.length).toBeLessThan(5_000);
    for (const name of ['@suga/gateway/auto', '@suga/lambda', '@suga/lambda/failsafe']) expect(bundle).toContain(`require("${name}")`);
  });

  it('handles a whole evening of events as expected, and prints what each loaded', async () => {
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line));
    expect(await runEvening(fn), printed.join('\n')).toBe(true);
    log.mockRestore();
    error.mockRestore();
    const out = printed.join('\n');
    for (const { name } of evening) expect(out).toContain(name);
    expect(out).toMatch(/HTTP API: GET \/devices +apigw-v2 +200 .* cache, config, devices +\d+$/m);
    expect(out).toContain(`${evening.length} requests`);
    expect(new Set(evening.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
  });

  it('keeps its devices across invocations, and reports bad messages one by one', async () => {
    const batch = queue({ device: 'lamp-hall', state: { on: true } }, { device: 'nowhere', state: {} }, 'not JSON');
    expect(await fn.invoke(batch)).toMatchObject({
      payload: { batchItemFailures: [{ itemIdentifier: expect.stringMatching(/1$/) }, { itemIdentifier: expect.stringMatching(/2$/) }] },
    });
    const { payload } = (await fn.invoke(functionUrl('GET', '/devices/lamp-hall'))) as { payload: { body: string } };
    expect(JSON.parse(payload.body)).toMatchObject({ id: 'lamp-hall', state: { on: true } });
  });

  it('serves HTTP', async () => {
    await using served = await serveFunctionUrl(fn, {});
    const devices = await fetch(new URL('/devices', served.url));
    expect(devices.status).toBe(200);
    expect(await devices.json()).toMatchObject({ devices: expect.arrayContaining([expect.objectContaining({ id: 'thermostat' })]) });
    const changed = await fetch(new URL('/devices/thermostat', served.url), { method: 'PUT', body: JSON.stringify({ celsius: 22 }) });
    expect(await changed.json()).toMatchObject({ id: 'thermostat', state: { celsius: 22 } });
    expect((await fetch(new URL('/nowhere', served.url))).status).toBe(404);
  });
});

describe('npm start', () => {
  const start = join(import.meta.dirname, '..', 'src', 'start.ts');

  it('prints the evening and ends with 0', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [start]);
    expect(stdout).toContain(`${evening.length} requests`);
  });

  it('serves until it is stopped', async () => {
    const child = spawn(process.execPath, [start, '--serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve) => {
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const [, found] = /curl (\S+)\n/.exec(out) ?? [];
        if (found) resolve(found);
      });
    });
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    [['--serve', '--port', 'x'], '--port must be an integer'],
    [['--sevre'], '--sevre'],
  ])('refuses %j', async (args, says) => {
    await expect(promisify(execFile)(process.execPath, [start, ...args])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
  });
});

describe('the demo in trouble', () => {
  it.each([
    ['in failsafe mode', { LAMBDA_MODE: 'failsafe' }, [layerFolder], 200],
    ['without its layer, so that the function does not find the failsafe, and names it', {}, [], undefined],
  ])('%s', async (_case, environment, layers, health) => {
    await using troubled = await startFunction({ taskRoot: functionFolder, handler: 'index.handler', layers, environment, ...patient });
    const answer = await troubled.invoke(functionUrl('GET', '/health'));
    if (health === undefined) expect(answer).toMatchObject({ status: 'error', phase: 'init', errorMessage: expect.stringContaining('@suga/lambda/failsafe') });
    else {
      expect(answer).toMatchObject({ payload: { statusCode: health, body: '{"status":"failsafe"}' } });
      expect(await troubled.invoke(functionUrl('GET', '/devices'))).toMatchObject({ payload: { statusCode: 503 } });
      expect(await troubled.invoke(queue({ device: 'lamp-hall', state: {} }))).toMatchObject({ status: 'error' });
    }
  });

  it('responds from the failsafe when the gateway fails to load, and logs the reason', async () => {
    const environment = { SUGA_INTERFACES: 'nonsense' };
    await using troubled = await startFunction({ taskRoot: functionFolder, handler: 'index.handler', layers: [layerFolder], environment, ...patient });
    const answer = await troubled.invoke(functionUrl('GET', '/devices'));
    expect(answer).toMatchObject({ payload: { statusCode: 503, headers: expect.objectContaining({ 'retry-after': '30' }) } });
    expect(answer.logs.join('\n')).toContain('SUGA_INTERFACES');
  });
});
