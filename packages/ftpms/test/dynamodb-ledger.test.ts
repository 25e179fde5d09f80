import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownClock } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsFault, callAws } from '../src/aws/request.js';
import { signed } from '../src/aws/sigv4.js';
import { connection } from '../src/config.js';
import { invoke, table } from '../src/ledger/dynamodb-ledger.js';
import { inLambda } from './dynamo.js';
import { account, run } from './test-environment.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
let server: Server;
let seen: Seen[] = [];
/** The service's responses to the next requests. The last one is used for all further requests. */
let answers: Answer[] = [];

const says =
  (status: number, body: object | string): Answer =>
  (response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
const fault = (status: number, type: string): Answer => says(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no' });
const drops: Answer = (response) => void response.destroy();
const hangs: Answer = () => undefined;
const fine = says(200, { Item: { value: { S: '"kept"' } } });

beforeAll(async () => {
  server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    seen.push({ url: request.url, headers: request.headers, body });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  seen = [];
  inLambda((server.address() as AddressInfo).port);
});
afterEach(() => void vi.unstubAllEnvs());

const ask = { month: '2026-11', epoch: 1, amount: { requests: 1, mbMs: 1 }, init: 0, critical: false };
const get = () => table('ftpms', 'guardian').records('account').get('report');

describe('a request', () => {
  it('is signed with Lambda’s credentials, for its service', async () => {
    answers = [fine];
    expect(await get()).toBe('kept');
    expect(seen[0]?.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[\da-f]{64}$/,
      ),
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ TableName: 'ftpms', Key: { pk: { S: 'account#report' } }, ConsistentRead: true });
  });

  it('contains its changes, and a condition only if the item must not exist yet', async () => {
    answers = [says(200, {})];
    const records = table('ftpms', 'guardian').records('account');
    await records.put('report', 1);
    expect(await records.add('report', 2)).toBe(true);
    await records.remove('report');
    const [TableName, pk] = ['ftpms', { S: 'account#report' }];
    expect(seen.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body)])).toEqual([
      ['DynamoDB_20120810.PutItem', { TableName, Item: { pk, value: { S: '1' } } }],
      ['DynamoDB_20120810.PutItem', { TableName, Item: { pk, value: { S: '2' } }, ConditionExpression: 'attribute_not_exists(pk)' }],
      ['DynamoDB_20120810.DeleteItem', { TableName, Key: { pk } }],
    ]);
  });

  it('for a record returns undefined if the item has no value', async () => {
    answers = [says(200, { Item: { pk: { S: 'account#report' } } })];
    expect(await get()).toBeUndefined();
  });

  it('keeps its connection', async () => {
    answers = [fine];
    let sockets = 0;
    server.on('connection', () => sockets++);
    for (let count = 0; count < 5; count++) await get();
    expect(sockets).toBeLessThanOrEqual(1);
  });

  it('invokes a function without waiting for it', async () => {
    answers = [says(202, '')];
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:guard';
    await invoke(arn, { ftpms: 'stop', month: '2026-11' });
    expect(seen[0]).toMatchObject({
      url: `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`,
      headers: { 'x-amz-invocation-type': 'Event', authorization: expect.stringContaining('/lambda/aws4_request') },
      body: '{"ftpms":"stop","month":"2026-11"}',
    });
  });

  it.each([
    ['throttling', fault(400, 'ProvisionedThroughputExceededException')],
    ['a fault of the service', fault(500, 'InternalServerError')],
    ['a page of something in between', says(503, '<html>')],
    ['a lost connection', drops],
    ['too many requests', says(429, { Reason: 'x', message: 'y' })],
  ])('is tried once more after %s', async (_, failing) => {
    answers = [failing, fine];
    expect(await get()).toBe('kept');
    answers = [failing];
    seen = [];
    await expect(get()).rejects.toThrow();
    expect(seen).toHaveLength(2);
  });

  it('that lacks a permission fails with the action and the policy that allows it', async () => {
    answers = [fault(400, 'AccessDeniedException')];
    await expect(get()).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('dynamodb:GetItem'),
      details: { action: 'dynamodb:GetItem', policy: 'policies/guardian.json' },
      cause: { name: 'AccessDeniedException' },
    });
    answers = [says(403, { __type: 'AccessDeniedException' })];
    await expect(invoke('guard', {})).rejects.toMatchObject({ details: { action: 'lambda:InvokeFunction', policy: 'policies/handler.json' } });
  });

  it('to a table that does not exist says how to create it', async () => {
    answers = [fault(400, 'ResourceNotFoundException')];
    await expect(get()).rejects.toMatchObject({
      code: 'NotFound',
      message: 'ftpms: there is no table ftpms in eu-west-1. Create it: suga ftpms setup',
      cause: { name: 'ResourceNotFoundException' },
    });
  });

  it('that AWS rejects as invalid is not a failed condition', async () => {
    answers = [fault(400, 'ValidationException')];
    const { ledger, records } = table('ftpms', 'guardian');
    await expect(records('account').add('report', 1)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ledger('account').grant(ask)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(seen).toHaveLength(2);
  });

  it('is not repeated if AWS refuses it, and fails with AWS’s message', async () => {
    answers = [fault(400, 'ValidationException')];
    await expect(get()).rejects.toMatchObject({ name: 'ValidationException', message: 'no', status: 400 });
    answers = [says(403, 'null')];
    await expect(get()).rejects.toBeInstanceOf(AwsFault);
    expect(seen).toHaveLength(2);
  });

  it('is cancelled after its time limit', async () => {
    // The first attempt of a process has a longer limit.
    answers = [fine];
    await get();
    const clock = ownClock();
    answers = [hangs];
    seen = [];
    const given = get();
    const late = expect(given).rejects.toMatchObject({ name: 'TimeoutError', message: 'AWS did not respond within 1000 ms.' });
    for (const attempts of [1, 2]) {
      await until(() => seen.length === attempts);
      await clock.pass(1000);
    }
    await late;
    expect(seen).toHaveLength(2);
  });

  it('is cancelled by the signal, and is not repeated', async () => {
    const controller = new AbortController();
    answers = [() => controller.abort(new Error('gone'))];
    await expect(callAws({ service: 'dynamodb', headers: {}, body: '{}', signal: controller.signal })).rejects.toThrow('gone');
    expect(seen).toHaveLength(1);
  });

  it('fails if nothing listens, and without credentials', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:9');
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    await expect(get()).rejects.toThrow('AWS_SECRET_ACCESS_KEY');
    vi.stubEnv('AWS_REGION', '');
    await expect(get()).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringContaining('AWS_REGION is not set') });
  });
});

describe('a signature', () => {
  const { sign } = process.getBuiltinModule('node:module').createRequire(import.meta.url)('aws4') as {
    sign(request: object, credentials: object): { readonly headers: Readonly<Record<string, string>> };
  };

  it.each([
    ['dynamodb', '/', '{"TableName":"ftpms"}', 'session'],
    ['dynamodb', '/', '{"text":"\u2028 ü 😀"}', undefined],
    ['lambda', `/2015-03-31/functions/${encodeURIComponent("arn:aws:lambda:eu-west-1:123456789012:function:a'(b)*!")}/invocations`, '{}', 'session'],
    ['freetier', '/', '', undefined],
  ] as const)('is what another implementation makes of it: %s %s', (service, path, body, sessionToken) => {
    const now = Date.parse('2026-11-21T08:01:02.345Z');
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'se/cr+et', ...(sessionToken && { sessionToken }) };
    const to = { url: new URL(`https://${service}.eu-west-1.amazonaws.com`), region: 'eu-west-1', credentials };
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'A.B' };
    const ours = signed({ service, path, headers, body }, to, now);
    const given = { ...headers, Host: to.url.host, 'X-Amz-Date': '20261121T080102Z', 'Content-Length': Buffer.byteLength(body) };
    const theirs = sign({ service, region: to.region, method: 'POST', path, body, headers: given }, credentials);
    expect(ours['authorization']).toBe(theirs.headers['Authorization']);
  });
});

describe('a response', () => {
  it('to a refused change is completed by a read if it does not contain the item', async () => {
    answers = [fault(400, 'ConditionalCheckFailedException'), says(200, {})];
    expect(await table('ftpms', 'guardian').ledger('account').grant(ask)).toEqual({ granted: false, reason: 'unknown month' });
    expect(seen.map(({ headers }) => headers['x-amz-target'])).toEqual(['DynamoDB_20120810.UpdateItem', 'DynamoDB_20120810.GetItem']);
  });

  it('to a refused change is used if it contains the item; a request that would be granted by now is sent again', async () => {
    const refused = (item: object): Answer =>
      says(400, { __type: 'x#ConditionalCheckFailedException', Item: { mode: { S: 'open' }, epoch: { N: '1' }, ...item } });
    const left = { leftR: { N: '5' }, leftG: { N: '5' }, freeR: { N: '5' }, freeG: { N: '5' } };
    const ledger = table('ftpms', 'guardian').ledger('account');
    answers = [refused({})];
    expect(await ledger.grant(ask)).toMatchObject({ granted: false, reason: 'exhausted', month: { left: { requests: 0, mbMs: 0 } } });
    answers = [refused(left)];
    expect(await ledger.grant(ask)).toMatchObject({ granted: false, reason: 'epoch', month: { left: { requests: 5, mbMs: 5 } } });
    expect(seen).toHaveLength(2);
  });

  it('is awaited only until the signal fires', async () => {
    const controller = new AbortController();
    answers = [() => controller.abort(new Error('no time left'))];
    await expect(table('ftpms', 'guardian').ledger('account').grant(ask, controller.signal)).rejects.toThrow('no time left');
  });

  it('that was lost costs one grant, and nothing else', async () => {
    const { ledger, time, environment } = await account();
    const lossy: typeof ledger = Object.assign(Object.create(ledger), {
      grant: async (ask: Parameters<typeof ledger.grant>[0]) => {
        await ledger.grant(ask);
        return ledger.grant(ask);
      },
      read: (month: string) => ledger.read(month),
    });
    const one = environment({ deps: { ledger: lossy } });
    await run(one, time, 1);
    const month = await ledger.read('2026-11');
    expect(month?.open.get(1)?.requests).toBe(16);
    expect(one.report().lease.requests).toBe(7);
  });
});

describe('the endpoints of services', () => {
  it.each([
    ['dynamodb', 'eu-west-1', 'https://dynamodb.eu-west-1.amazonaws.com/'],
    ['lambda', 'cn-north-1', 'https://lambda.cn-north-1.amazonaws.com.cn/'],
    ['freetier', 'eu-west-1', 'https://freetier.us-east-1.api.aws/'],
  ] as const)('%s in %s', (service, region, url) => {
    vi.stubEnv('AWS_ENDPOINT_URL', undefined);
    vi.stubEnv('AWS_REGION', region);
    expect(connection(service).url.href).toBe(url);
  });
});
