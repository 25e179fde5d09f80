import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { layerZip } from '@suga/layer';
import { startFunction } from '@suga/local-lambda';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const top = mkdtempSync(join(tmpdir(), 'suga-layer-'));
const opt = join(top, 'opt');
// Outside the repository, so that packages can be loaded only from the layer.
const task = join(top, 'task');
const files = unzipSync(readFileSync(layerZip));
const names = Object.keys(files);

beforeAll(() => {
  cpSync(join(import.meta.dirname, 'fixtures'), task, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(opt, name)), { recursive: true });
    writeFileSync(join(opt, name), content);
    chmodSync(join(opt, name), 0o444);
  }
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('the layer', () => {
  it('is small: one folder per package, one file per entry, only files that run', () => {
    expect(names.length).toBeLessThanOrEqual(70);
    expect(readFileSync(layerZip).length).toBeLessThanOrEqual(268 * 1024);
    expect(
      names.filter((name) => !/^nodejs\/node_modules\/@suga\/(LICENSE|package\.json|THIRD-PARTY-NOTICES\.md|[a-z-]+\/[a-z-]+(\.js)?)$/.test(name)),
    ).toEqual([]);
    for (const [name, content] of Object.entries(files)) {
      const text = new TextDecoder().decode(content);
      expect(text, name).not.toMatch(/aws-sdk-js|@smithy|sourceMappingURL/);
      for (const [, required] of text.matchAll(/\brequire\("([^"]+)"\)/g)) expect(required, name).toMatch(/^\.\/[a-z-]+\.js$/);
    }
  });

  it('has the same bytes when it is built again', () => {
    const again = join(top, 'again');
    execFileSync(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts'), again], { stdio: 'ignore', env: { ...process.env, TZ: 'Asia/Tokyo' } });
    expect(readFileSync(join(again, 'suga-layer.zip')).equals(readFileSync(layerZip))).toBe(true);
    // This limit allows for a whole build on a busy machine.
  }, 180_000);
});

describe.each([
  ['a CommonJS function', 'commonjs'],
  ['an ES module function', 'module'],
])('%s with the layer, under the runtime client with Lambda’s own flags', (_kind, file) => {
  it('calls interfaces by name, loads only what it calls, and can unload it', async () => {
    const lines: string[] = [];
    await using fn = await startFunction({
      taskRoot: task,
      handler: `${file}.handler`,
      layers: [opt],
      environment: { COLOUR: 'green' },
      timeout: 900_000,
      initTimeout: 900_000,
      onLog: (line) => lines.push(line),
    });
    const cold = await fn.invoke({});
    expect(cold).toMatchObject({
      status: 'success',
      payload: {
        values: ['from the layer', 'made by hand', 'green'],
        loadedFirst: ['cache', 'logging'],
        node: process.versions.node.split('.')[0],
        gc: 'function',
      },
    });
    const warm = await fn.invoke({ unload: true });
    expect(warm).toMatchObject({ status: 'success', payload: { unloaded: { unloaded: true, code: 'dropped' }, loadedFirst: ['cache', 'logging', 'config'] } });
    expect((await fn.invoke({})).status).toBe('success');
    expect(await fn.invoke({ twelve: true })).toMatchObject({
      status: 'success',
      payload: {
        cache: 'computed',
        logging: 'info',
        security: 'me',
        metrics: 1,
        singleton: 'made',
        http: 'AddressRefused',
        utility: '1.5 KiB',
        initialization: expect.any(Boolean),
        lambda: null,
        circuitBreaker: 'called',
        // The SDK is not installed here. In Lambda the runtime has it.
        config: 'NotInstalled',
        debug: false,
      },
    });
    const records = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object);
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({ level: 'INFO', message: 'served', colour: 'blue' });
  });
});

describe('a function for rare events with the layer', () => {
  it('loads the files that several kinds of events share, and no others', async () => {
    await using fn = await startFunction({ taskRoot: task, handler: 'events.handler', layers: [opt] });
    const records = [{ recordId: '1', approximateArrivalTimestamp: 1, data: 'YQ==' }];
    expect(await fn.invoke({ invocationId: 'i', deliveryStreamArn: 'arn:aws:firehose:::deliverystream/s', region: 'r', records })).toMatchObject({
      status: 'success',
      payload: { records: [{ recordId: '1', result: 'Ok', data: 'QQ==' }] },
    });
    expect(await fn.invoke({ arguments: {}, info: { parentTypeName: 'Query', fieldName: 'answer' } })).toMatchObject({ status: 'success', payload: 42 });
    expect(await fn.invoke({ orderId: '1' })).toMatchObject({
      status: 'success',
      payload: ['events.js', 'index.js', 'more-kinds.js', 'record-events.js', 'routed-events.js'],
    });
  });
});
