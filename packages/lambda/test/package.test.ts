import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as entry from '@suga/lambda';
import * as failsafeEntry from '@suga/lambda/failsafe';
import { buildSync, transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '..', 'dist');
const minified = (name: string): number => transformSync(readFileSync(join(dist, `${name}.js`), 'utf8'), { minify: true, format: 'cjs' }).code.length;

/** Returns the names of the exports, without the two that Node adds for the module itself. */
const named = (all: object): string[] =>
  Object.keys(all)
    .filter((name) => name !== 'default' && name !== 'module.exports')
    .sort();

/** Runs a script in a separate Node process, as Lambda does: without require(esm). */
const inNode = (script: string, type: 'commonjs' | 'module' = 'commonjs'): unknown =>
  JSON.parse(
    execFileSync(process.execPath, ['--no-experimental-require-module', '--no-experimental-detect-module', `--input-type=${type}`, '-'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      // A bundle is too long for an argument.
      input: script,
    }),
  );

describe('what is published', () => {
  it('exports exactly these names', () => {
    expect(named(entry)).toEqual(['HttpError', 'classify', 'createHandler', 'createStreamingHandler', 'lambda', 'reply']);
    expect(named(failsafeEntry)).toEqual(['failsafe']);
  });

  it('has the sizes in the README', () => {
    const rows = readFileSync(join(dist, '..', 'README.md'), 'utf8').matchAll(/^\| `([\w-]+)\.js` \|.*\| (\d+\.\d) KB \|$/gm);
    const said = Object.fromEntries(Array.from(rows, ([, name, size]) => [name, size]));
    expect(said).toEqual(
      Object.fromEntries(
        readdirSync(dist).flatMap((file) => (file.endsWith('.js') ? [[file.slice(0, -3), (minified(file.slice(0, -3)) / 1000).toFixed(1)]] : [])),
      ),
    );
  });

  it('can be imported by name from an ES module', () => {
    expect(
      inNode(
        `import { lambda, createHandler, reply } from '@suga/lambda'; import { failsafe } from '@suga/lambda/failsafe'; console.log(JSON.stringify([lambda, createHandler, reply, failsafe].map((each) => typeof each)))`,
        'module',
      ),
    ).toEqual(['function', 'function', 'function', 'function']);
  });
});

describe('what is loaded', () => {
  const loaded = `const loaded = () => Object.keys(require.cache).filter((file) => file.includes('/lambda/dist/')).map((file) => file.split('/').at(-1)).sort();`;
  const context = `const context = { awsRequestId: 'x', getRemainingTimeInMillis: () => 3000 };`;
  const fetched = `process.moduleLoadList.every((name) => !name.includes("undici"))`;

  it('is only the definition until a handler is created', () => {
    expect(inNode(`${loaded} const { lambda } = require('@suga/lambda'); lambda(); console.log(JSON.stringify(loaded()))`)).toEqual(['index.js']);
    expect(inNode(`${loaded} require('@suga/lambda/failsafe'); console.log(JSON.stringify(loaded()))`)).toEqual(['failsafe.js']);
  });

  it("is only what the handler needs, and never Node's fetch for plain routes", () => {
    const run = (options: string, event: string): unknown =>
      inNode(`${loaded} ${context}
      const { createGateway } = require('@suga/gateway'); const { createHandler, lambda } = require('@suga/lambda');
      const handler = createHandler(createGateway({ lambda: lambda() }), ${options});
      handler(${event}, context).then((result) => console.log(JSON.stringify({ result, files: loaded(), plain: ${fetched} })));`);
    const request = `{ version: '2.0', rawPath: '/', requestContext: { http: { method: 'POST' } }, body: '{"a":1}' }`;
    expect(run(`{ http: { 'POST /': (request) => request.json() } }`, request)).toMatchObject({
      result: { statusCode: 200, body: '{"a":1}' },
      files: ['http.js', 'index.js'],
      plain: true,
    });
    expect(run(`{ events: { sqs: () => 1 } }`, `{ Records: [{ eventSource: 'aws:sqs', messageId: 'a', body: '' }] }`)).toMatchObject({
      result: { batchItemFailures: [] },
      files: ['events.js', 'index.js'],
      plain: true,
    });
    expect(run(`{ events: { sqs: () => 1, other: (event) => event } }`, `{ orderId: 1 }`)).toMatchObject({
      result: { orderId: 1 },
      files: ['events.js', 'index.js', 'more-kinds.js'],
      plain: true,
    });
    const window = `{ Records: [], window: {}, shardId: 's', isFinalInvokeForWindow: true, eventSourceARN: 'arn:aws:kinesis:eu-central-1:1:stream/s' }`;
    expect(run(`{ events: { kinesis: () => 1, kinesisWindow: () => 1 } }`, window)).toMatchObject({
      result: { state: {}, batchItemFailures: [] },
      files: ['events.js', 'index.js', 'window.js'],
      plain: true,
    });
    expect(run(`{ http: () => new Response('hi') }`, request)).toMatchObject({ result: { statusCode: 200, body: 'hi' }, plain: false });
  });
});

describe('a kind of event with a file of its own', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['appsync', `{ 'Query.a': () => 1 }`, ['appsync.js', 'more-kinds.js']],
    ['appsyncEvents', `{ 'PUBLISH /a': () => 1 }`, ['appsync-events.js', 'more-kinds.js']],
    ['bedrock', `{ a: () => 1 }`, ['bedrock.js', 'more-kinds.js']],
    ['customResource', `{ create: () => 1, update: () => 1, delete: () => 1 }`, ['custom-resource.js', 'more-kinds.js']],
    ['docdb', '() => 1', ['docdb.js', 'more-kinds.js']],
    ['firehose', '() => 1', ['firehose.js', 'more-kinds.js']],
    ['kafka', '() => 1', ['kafka.js']],
    ['kinesisWindow', '() => 1', ['window.js']],
    ['logs', '() => 1', ['logs.js']],
    ['mq', '() => 1', ['mq.js', 'more-kinds.js']],
    ['rabbitmq', '() => 1', ['mq.js', 'more-kinds.js']],
    ['rotation', `{ createSecret: () => 1, setSecret: () => 1, testSecret: () => 1, finishSecret: () => 1 }`, ['more-kinds.js', 'rotation.js']],
    ['s3Batch', '() => 1', ['more-kinds.js', 's3-batch.js']],
  ];
  it.each(cases)('loads it in INIT, and no other: %s', (option, handler, files) => {
    const loaded = `Object.keys(require.cache).filter((file) => file.includes('/lambda/dist/')).map((file) => file.split('/').at(-1)).sort()`;
    const script = `const { createGateway } = require('@suga/gateway'); const { createHandler } = require('@suga/lambda');
      createHandler(createGateway({}), { events: { ${option}: ${handler} } }); console.log(JSON.stringify(${loaded}));`;
    expect(inNode(script)).toEqual([...files, 'events.js', 'index.js'].sort());
  });
});

describe.each(['cjs', 'esm'] as const)("a user's bundle (%s)", (format) => {
  it('works as one file, and evaluates only the parts that it uses', () => {
    const contents = `import { createGateway } from '@suga/gateway'; import { createHandler, lambda } from '@suga/lambda';
      const gateway = createGateway({ lambda: lambda() });
      const handler = createHandler(gateway, { http: { 'GET /': () => gateway.lambda.invocation().source } });
      handler({ version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } } }, { awsRequestId: 'x' }).then(({ body }) => console.log(body));`;
    const { outputFiles } = buildSync({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      platform: 'node',
      format,
      minify: true,
      write: false,
    });
    expect(inNode(outputFiles[0]?.text ?? '', format === 'esm' ? 'module' : 'commonjs')).toBe('apigw-v2');
  });
});

describe('reply and HttpError', () => {
  it('refuse a status that is not valid', () => {
    for (const status of [0, 99, 100, 199, 600, 200.5, Number.NaN])
      expect(() => entry.reply(status)).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
    for (const status of [200, 399, 600]) expect(() => new entry.HttpError(status, 'no')).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
    expect(new entry.HttpError(404, 'no', { cause: 'why' })).toMatchObject({ name: 'HttpError', status: 404, message: 'no', cause: 'why' });
    expect(Object.hasOwn(new entry.HttpError(404, 'no', { cause: undefined }), 'cause')).toBe(false);
  });
});
