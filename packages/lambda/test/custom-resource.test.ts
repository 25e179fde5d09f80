import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CustomResourceHandlers, type CustomResourceRequest, createHandler, type HandlerOptions } from '@suga/lambda';
import { failsafe } from '@suga/lambda/failsafe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { customResource } from './events/answering.js';
import { context, type Line, sleep, stage } from './test-gateway.js';

interface Put {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly bytes: number;
}

// Stands for CloudFormation's bucket: an emulator of AWS on this machine, set in the environment.
let server: Server;
let origin: string;
const puts: Put[] = [];
let respond: (response: ServerResponse) => void;
const url = (): string => `${origin}/bucket/stack?Signature=s%2B1`;

beforeAll(async () => {
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      puts.push({ method: request.method, url: request.url, headers: request.headers, body: JSON.parse(text), bytes: Buffer.byteLength(text) });
      respond(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  puts.length = 0;
  respond = (response) => void response.end();
  vi.stubEnv('AWS_ENDPOINT_URL', origin);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const nothing: CustomResourceHandlers = { create: () => undefined, update: () => undefined, delete: () => undefined };
interface Run {
  readonly result: unknown;
  readonly lines: readonly Line[];
  readonly errors: number;
}
async function run(handlers: Partial<CustomResourceHandlers>, event: object, remaining = 60_000, options: HandlerOptions = {}): Promise<Run> {
  const { gateway, lines } = stage();
  gateway.lambda.stats();
  const handler = createHandler(gateway, { ...options, events: { customResource: { ...nothing, ...handlers } } });
  const result = await handler(event, context(remaining));
  return { result, lines: lines.filter(({ level }) => level === 'error'), errors: gateway.lambda.stats().errors };
}
const frame = { StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/shop/1', RequestId: 'req-1', LogicalResourceId: 'Bucket' };

describe('the response', () => {
  it('is sent to the URL of the request in the form of S3, and nothing is returned to Lambda', async () => {
    const { result, lines, errors } = await run(
      { create: ({ properties }) => ({ PhysicalResourceId: `made-${properties['Name']}`, Data: { Arn: 'a' }, NoEcho: true }) },
      customResource('Create', url()),
    );
    expect(result).toBeUndefined();
    expect(puts).toEqual([
      {
        method: 'PUT',
        url: '/bucket/stack?Signature=s%2B1',
        headers: expect.objectContaining({ 'content-type': '', 'content-length': String(puts[0]?.bytes) }),
        body: { Status: 'SUCCESS', ...frame, PhysicalResourceId: 'made-pictures', Data: { Arn: 'a' }, NoEcho: true },
        bytes: expect.any(Number),
      },
    ]);
    expect(puts[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect([lines, errors]).toEqual([[], 0]);
  });

  it('passes the request to the handler', async () => {
    const seen: CustomResourceRequest[] = [];
    const note = (request: CustomResourceRequest): void => void seen.push(request);
    for (const type of ['Create', 'Update', 'Delete'] as const) await run({ create: note, update: note, delete: note }, customResource(type, url()));
    expect(seen.map(({ type, physicalResourceId, oldProperties }) => [type, physicalResourceId, oldProperties])).toEqual([
      ['Create', undefined, undefined],
      ['Update', 'bucket-1', { Name: 'old' }],
      ['Delete', 'bucket-1', undefined],
    ]);
    expect(seen[0]).toMatchObject({
      resourceType: 'Custom::Bucket',
      logicalId: 'Bucket',
      requestId: 'req-1',
      stackId: frame.StackId,
      properties: { Name: 'pictures' },
    });
  });

  it('has an id that stays', async () => {
    await run({}, customResource('Create', url()));
    await run({}, customResource('Create', url()));
    await run({ create: (request) => void (request.physicalResourceId = 'early') }, customResource('Create', url()));
    await run({}, customResource('Update', url()));
    await run({ update: () => ({ PhysicalResourceId: 'other' }) }, customResource('Update', url()));
    await run({ delete: () => ({ PhysicalResourceId: 'other' }) }, customResource('Delete', url()));
    expect(puts.map(({ body }) => [body['Status'], body['PhysicalResourceId']])).toEqual([
      ['SUCCESS', 'Bucket-req-1'],
      ['SUCCESS', 'Bucket-req-1'],
      ['SUCCESS', 'early'],
      ['SUCCESS', 'bucket-1'],
      ['SUCCESS', 'other'],
      ['SUCCESS', 'bucket-1'],
    ]);
  });
});

describe('a failure', () => {
  const fail = (): never => {
    throw new TypeError('no such bucket');
  };

  it.each([
    ['Create', 'suga-create-failed:req-1'],
    ['Update', 'bucket-1'],
    ['Delete', 'bucket-1'],
  ] as const)('of %s is reported, logged, counted, and not tried again by Lambda', async (type, id) => {
    const { result, lines, errors } = await run({ create: fail, update: fail, delete: fail }, customResource(type, url()));
    expect(result).toBeUndefined();
    expect(puts.map(({ body }) => body)).toEqual([
      { Status: 'FAILED', Reason: expect.stringMatching(/^TypeError: no such bucket \(errorId [\w-]{36}\)$/), ...frame, PhysicalResourceId: id },
    ]);
    expect(lines).toMatchObject([
      { message: 'Custom resource failed', extra: { type, resourceType: 'Custom::Bucket', logicalId: 'Bucket', error: { message: 'no such bucket' } } },
    ]);
    expect(puts[0]?.body['Reason']).toContain((lines[0]?.extra as { errorId: string }).errorId);
    expect(errors).toBe(1);
  });

  it('of a creation is not followed by a deletion, unless something was there', async () => {
    const deleted: unknown[] = [];
    const handlers: Partial<CustomResourceHandlers> = {
      create: (request) => {
        if (request.properties['Name'] === 'half') request.physicalResourceId = 'half-made';
        fail();
      },
      delete: ({ physicalResourceId }) => void deleted.push(physicalResourceId),
    };
    await run(handlers, customResource('Create', url()));
    await run(handlers, customResource('Delete', url(), { PhysicalResourceId: puts[0]?.body['PhysicalResourceId'] }));
    expect(deleted).toEqual([]);
    await run(handlers, customResource('Create', url(), { ResourceProperties: { Name: 'half' } }));
    await run(handlers, customResource('Delete', url(), { PhysicalResourceId: puts[2]?.body['PhysicalResourceId'] }));
    expect(deleted).toEqual(['half-made']);
    expect(puts.map(({ body }) => body['Status'])).toEqual(['FAILED', 'SUCCESS', 'FAILED', 'SUCCESS']);
  });

  it('of `initialize` does not keep a resource from being deleted that was never created', async () => {
    const never = { PhysicalResourceId: 'suga-create-failed:req-1' };
    const { lines } = await run({}, customResource('Delete', url(), never), 60_000, { initialize: () => Promise.reject(new Error('no database')) });
    expect(puts.map(({ body }) => body)).toEqual([{ Status: 'SUCCESS', ...frame, ...never }]);
    expect(lines).toEqual([]);
  });

  it.each([undefined, '', 7])('of an update keeps the id, also if the handler returns the id %j', async (id) => {
    await run({ update: (request) => void (request.physicalResourceId = id as never) }, customResource('Update', url()));
    expect(puts[0]?.body).toMatchObject({ Status: id === undefined ? 'SUCCESS' : 'FAILED', PhysicalResourceId: 'bucket-1' });
  });

  it('is reported for an id that is not valid, and the resource is kept', async () => {
    await run({ create: (request) => void (request.physicalResourceId = 7 as never) }, customResource('Create', url()));
    expect(puts.map(({ body }) => body)).toMatchObject([
      { Status: 'FAILED', PhysicalResourceId: 'Bucket-req-1', Reason: expect.stringContaining('PhysicalResourceId that is not valid') },
    ]);
  });

  it('of an update is never treated as a replacement', async () => {
    await run(
      {
        update: (request) => {
          request.physicalResourceId = 'new';
          fail();
        },
      },
      customResource('Update', url()),
    );
    expect(puts[0]?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'bucket-1' });
  });

  it('has a reason that is not too long, whatever the error says', async () => {
    for (const message of ['x'.repeat(10_000), '😀'.repeat(3_000), '"\\\n'.repeat(2_000)]) {
      await run({ create: () => Promise.reject(new Error(message)) }, customResource('Create', url()));
    }
    await run(
      { create: () => Promise.reject(new Error('x'.repeat(10_000))) },
      customResource('Create', url(), { StackId: 's'.repeat(2_000), LogicalResourceId: 'l'.repeat(900) }),
    );
    for (const { body, bytes } of puts) {
      expect(bytes).toBeLessThanOrEqual(4_096);
      expect(body).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^Error: .* \(errorId [\w-]{36}\)$/s) });
    }
    expect(puts).toHaveLength(4);
  });

  it.each<[string, unknown, string, string]>([
    ['a response that is too large', { PhysicalResourceId: 'made', Data: { text: 'x'.repeat(4_000) } }, 'made', '4096'],
    ['a name that CloudFormation does not know', { physicalResourceId: 'made' }, 'Bucket-req-1', 'physicalResourceId'],
    ['a value beside Data', { PhysicalResourceId: 'made', Arn: 'a' }, 'made', 'Arn'],
    ['an empty id', { PhysicalResourceId: '' }, 'Bucket-req-1', 'PhysicalResourceId'],
    ['an id that is too long', { PhysicalResourceId: 'é'.repeat(513) }, 'Bucket-req-1', '1024 bytes'],
    ['an id that is not a string', { PhysicalResourceId: 7 }, 'Bucket-req-1', 'PhysicalResourceId'],
    ['Data that is not an object', { Data: ['a'] }, 'Bucket-req-1', 'Data'],
    ['Data that JSON cannot hold', { Data: { later: Promise.resolve(1) } }, 'Bucket-req-1', 'Promise'],
    ['NoEcho that is not a boolean', { NoEcho: 'true' }, 'Bucket-req-1', 'NoEcho'],
    ['a string', 'made', 'Bucket-req-1', 'string'],
  ])('is reported for %s, and the deletion of the resource is still possible', async (_what, value, id, words) => {
    await run({ create: () => value as never }, customResource('Create', url()));
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: id, Reason: expect.stringContaining(words) }]);
  });

  it('of `initialize` is reported as well', async () => {
    const { lines } = await run({}, customResource('Create', url()), 60_000, { initialize: () => Promise.reject(new Error('no database')) });
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('no database') }]);
    expect(lines).toHaveLength(1);
  });

  it('to find a handler is reported as well', async () => {
    const { gateway } = stage();
    expect(await createHandler(gateway, { events: { other: () => 'no' } })(customResource('Delete', url()), context(60_000))).toBeUndefined();
    expect(puts.map(({ body }) => body)).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('events: { customResource: … }'), PhysicalResourceId: 'bucket-1' },
    ]);
  });

  it('of a start hook, which prevents the call of the handler, is reported as well', async () => {
    const { gateway } = stage();
    const blocked = Object.assign(new Error('the month is used up'), { name: 'SugaError', code: 'Blocked' });
    const { control } = await import('@suga/gateway');
    control(gateway).use({ name: 'blocking', start: () => Promise.reject(blocked) });
    const called: unknown[] = [];
    const handler = createHandler(gateway, { events: { customResource: { ...nothing, create: () => void called.push(1) } } });
    expect(await handler(customResource('Create', url()), context(60_000))).toBeUndefined();
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('used up') }]);
    expect(called).toEqual([]);
  });
});

describe('the failsafe', () => {
  const broken = () =>
    failsafe(() => {
      throw new Error('no such module');
    });

  it('reports to CloudFormation that nothing was done, with an id that is in the log', async () => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const handler = broken();
    expect(await handler(customResource('Create', url()), context(60_000))).toBeUndefined();
    const reason = /^LambdaError: Failsafe: the function could not be loaded\. .* \(errorId ([\w-]{36})\)$/;
    expect(puts.map(({ body }) => body)).toEqual([
      { Status: 'FAILED', Reason: expect.stringMatching(reason), ...frame, PhysicalResourceId: 'suga-create-failed:req-1' },
    ]);
    const id = reason.exec(String(puts[0]?.body['Reason']))?.[1] as string;
    expect(lines.mock.calls.flat().map((line: string) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({
        errorId: id,
        error: expect.objectContaining({ code: 'Failsafe', cause: expect.objectContaining({ message: 'no such module' }) }),
      }),
    );
    // The deletion that follows succeeds without a call.
    await handler(customResource('Delete', url(), { PhysicalResourceId: puts[0]?.body['PhysicalResourceId'] }), context(60_000));
    expect(puts[1]?.body).toMatchObject({ Status: 'SUCCESS' });
  });

  it('reports to CloudFormation before the deadline if loading hangs', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const handler = failsafe(() => new Promise<never>(() => undefined));
    for (const [remaining, latest] of [
      [12_000, 9_000],
      [8_000, 6_000],
    ] as const) {
      timers.mockClear();
      // The clock of the sockets goes on, so the timer of the deadline is run by hand.
      const answered = handler(customResource('Create', url()), context(remaining));
      const [run, ms] = timers.mock.calls[0] as [() => void, number];
      expect(ms).toBeLessThanOrEqual(latest);
      expect(ms).toBeGreaterThan(latest - 1_000);
      run();
      expect(await answered).toBeUndefined();
    }
    const failed = { Status: 'FAILED', Reason: expect.stringContaining('the function was not loaded before the deadline') };
    expect(puts.map(({ body }) => body)).toMatchObject([failed, failed]);
  });

  it('does so if the operator requested it, too', async () => {
    vi.stubEnv('LAMBDA_MODE', 'failsafe');
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await broken()(customResource('Update', url()), context(60_000))).toBeUndefined();
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('LAMBDA_MODE is "failsafe"') }]);
  });

  it("throws for CDK's provider framework, which responds itself", async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(broken()(customResource('Create', '...'), context(60_000))).rejects.toMatchObject({ code: 'Failsafe' });
    expect(puts).toEqual([]);
  });
});

describe('work that takes too long', () => {
  // The test has its own clock; sockets use the real one.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());
  const hanging = (): Promise<void> => new Promise(() => undefined);

  it('gets a signal three seconds before the timeout, and CloudFormation gets its response a second later', async () => {
    let aborted: unknown;
    const create = (_request: CustomResourceRequest, { signal }: { signal: AbortSignal }): Promise<void> => {
      signal.addEventListener('abort', () => (aborted = signal.reason));
      return hanging();
    };
    const done = run({ create }, customResource('Create', url()), 60_000);
    await vi.advanceTimersByTimeAsync(56_999);
    expect(aborted).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(aborted).toMatchObject({ code: 'Deadline', message: expect.stringContaining('3000 ms before the timeout') });
    await vi.advanceTimersByTimeAsync(999);
    expect(puts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('before the timeout') }]);
  });

  it('may still end by itself', async () => {
    const create = (_request: CustomResourceRequest, { signal }: { signal: AbortSignal }): Promise<{ PhysicalResourceId: string }> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ PhysicalResourceId: 'part' })));
    const done = run({ create }, customResource('Create', url()), 60_000);
    await vi.advanceTimersByTimeAsync(57_000);
    await done;
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'part' }]);
  });

  it.each<[string, Partial<CustomResourceHandlers>, HandlerOptions]>([
    ['there is no deadline margin', { create: hanging }, { deadlineMargin: 0 }],
    ['`initialize` hangs', {}, { initialize: hanging }],
  ])('gets a response also if %s, with a quarter of a short time kept for it', async (_where, handlers, options) => {
    const done = run(handlers, customResource('Create', url()), 4_000, options);
    await vi.advanceTimersByTimeAsync(3_334);
    await done;
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'FAILED' }]);
  });

  it('has all the remaining time if that is more than a timer accepts', async () => {
    const done = run({ create: () => sleep(60_000) }, customResource('Create', url()), 2 ** 32);
    await vi.advanceTimersByTimeAsync(60_000);
    await done;
    expect(puts.map(({ body }) => body)).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  it('leaves no timer behind if it is in time', async () => {
    await run({}, customResource('Create', url()));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a response that S3 does not accept at once', () => {
  it.each([500, 503, 429])('is sent again after status %d', async (status) => {
    respond = (response) => {
      response.statusCode = puts.length < 3 ? status : 200;
      response.end();
    };
    await run({}, customResource('Create', url()));
    expect(puts).toHaveLength(3);
    expect(new Set(puts.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('is sent again after a broken connection', async () => {
    respond = (response) => void (puts.length < 2 ? response.socket?.destroy() : response.end());
    await run({}, customResource('Create', url()));
    expect(puts).toHaveLength(2);
  });

  it('is an error for Lambda, which tries again, if it can never be sent', async () => {
    respond = (response) => {
      response.statusCode = 403;
      response.end();
    };
    await expect(run({}, customResource('Create', url()))).rejects.toMatchObject({
      code: 'NotAnswered',
      message: expect.stringContaining('in 1 attempts'),
      cause: { message: 'S3 responded with status 403.' },
    });
    expect(puts).toHaveLength(1);
  });

  it('is sent again as long as there is time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    respond = (response) => {
      response.statusCode = 500;
      response.end();
    };
    let failure: unknown;
    void run({}, customResource('Create', url()), 10_000).catch((error: unknown) => (failure = error));
    for (let seen = 0; !failure; seen = puts.length) {
      while (puts.length === seen && !failure) await new Promise(setImmediate);
      // The response of S3 has to arrive before the next attempt.
      while (vi.getTimerCount() === 0 && !failure) await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    vi.useRealTimers();
    expect(failure).toMatchObject({ code: 'NotAnswered' });
    expect(puts.length).toBeGreaterThan(3);
  });

  it('is never sent to the target of a redirect', async () => {
    respond = (response) => {
      response.writeHead(307, { location: `${origin}/elsewhere` });
      response.end();
    };
    await expect(run({}, customResource('Create', url()))).rejects.toMatchObject({ code: 'NotAnswered' });
    expect(puts.map(({ url: path }) => path)).toEqual(['/bucket/stack?Signature=s%2B1']);
  });
});

describe("CDK's provider framework", () => {
  it('gets the result, and sends the response itself', async () => {
    const { result } = await run({ create: () => ({ PhysicalResourceId: 'made', Data: { a: new Set([1]) } }) }, customResource('Create', '...'));
    expect(result).toEqual({ PhysicalResourceId: 'made', Data: { a: [1] } });
    expect((await run({}, customResource('Delete', '...'))).result).toEqual({});
    const set = (request: CustomResourceRequest): void => void (request.physicalResourceId = 'set');
    expect((await run({ create: set }, customResource('Create', '...'))).result).toEqual({ PhysicalResourceId: 'set' });
    expect((await run({ update: set }, customResource('Update', '...'))).result).toEqual({ PhysicalResourceId: 'set' });
    expect((await run({}, customResource('Update', '...'))).result).toEqual({});
    // The framework refuses another id here.
    expect((await run({ delete: () => ({ PhysicalResourceId: 'other' }) }, customResource('Delete', '...'))).result).toEqual({});
    await expect(run({ create: () => Promise.reject(new Error('no')) }, customResource('Create', '...'))).rejects.toThrow('no');
    expect(puts).toEqual([]);
  });
});

describe('the URL', () => {
  const outcome = (address: string): Promise<{ code?: string; called: number }> => {
    let called = 0;
    const { gateway } = stage();
    const handler = createHandler(gateway, { events: { customResource: { ...nothing, create: () => void called++ } } });
    // No request leaves this machine, because the connection is refused before it is opened.
    const refused = Object.assign(new Error('not on this machine'), { code: 'ECONNREFUSED' });
    const https = process.getBuiltinModule('node:https');
    const spy = vi.spyOn(https, 'request').mockImplementation(() => {
      throw refused;
    });
    return handler(customResource('Create', address), context(400))
      .then(
        () => ({ called }),
        (error: { code: string }) => ({ code: error.code, called }),
      )
      .finally(() => spy.mockRestore());
  };
  const bucket = 'cloudformation-custom-resource-response-';

  it.each([
    `${bucket}eucentral1.s3.eu-central-1.amazonaws.com`,
    `${bucket}eucentral1.s3-eu-central-1.amazonaws.com`,
    `${bucket}useast1.s3.amazonaws.com`,
    `${bucket}useast1.s3.us-east-1.amazonaws.com`,
    `${bucket}apsoutheast5.s3.dualstack.ap-southeast-5.amazonaws.com`,
    `${bucket}usgovwest1.s3.us-gov-west-1.amazonaws.com`,
    `${bucket}cnnorth1.s3.cn-north-1.amazonaws.com.cn`,
    `${bucket}euscdeeast1.s3.eusc-de-east-1.amazonaws.eu`,
    `${bucket}usisoeast1.s3.us-iso-east-1.c2s.ic.gov`,
  ])('may be CloudFormation’s bucket of a region: %s', async (host) => {
    expect(await outcome(`https://${host}/stack?Signature=s`)).toEqual({ code: 'NotAnswered', called: 1 });
  });

  it.each([
    'https://example.com/stack',
    'http://169.254.169.254/latest/meta-data/',
    'https://pictures.s3.eu-central-1.amazonaws.com/x',
    `http://${bucket}eucentral1.s3.eu-central-1.amazonaws.com/x`,
    `https://${bucket}eucentral1.s3.eu-central-1.amazonaws.com:8443/x`,
    `https://user:word@${bucket}eucentral1.s3.eu-central-1.amazonaws.com/x`,
    `https://${bucket}eucentral1.s3.eu-central-1.amazonaws.com.example.com/x`,
    `https://${bucket}eucentral1.s3.eu-central-1.amazonaws.com@example.com/x`,
    `https://example.com/${bucket}eucentral1.s3.eu-central-1.amazonaws.com`,
    `https://x.${bucket}eucentral1.s3.eu-central-1.amazonaws.com/x`,
    `https://${bucket}evil1.s3.eu-central-1.amazonaws.com/x`,
    `https://${bucket}euwest1.s3.amazonaws.com/x`,
    `https://${bucket}eucentral1.s3.eu-central-1.amazonaws.org/x`,
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//example.com',
    'no url',
    '',
  ])('is otherwise refused before anything is done: %s', async (address) => {
    expect(await outcome(address)).toEqual({ code: 'BadRecord', called: 0 });
  });

  it('may be an emulator’s if the environment names one, and no other', async () => {
    for (const [variable, address] of [
      ['AWS_ENDPOINT_URL', 'http://localhost:4566'],
      ['AWS_ENDPOINT_URL_S3', 'http://s3.localhost:4566/'],
    ] as const) {
      vi.stubEnv('AWS_ENDPOINT_URL', '');
      vi.stubEnv(variable, address);
      for (const wrong of ['http://localhost:4567/x', 'https://localhost:4566/x', 'http://localhost.example.com:4566/x', 'http://notlocalhost:4566/x'])
        expect(await outcome(wrong), `${variable} ${wrong}`).toEqual({ code: 'BadRecord', called: 0 });
    }
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    expect(await outcome(url())).toEqual({ code: 'BadRecord', called: 0 });
    vi.stubEnv('AWS_ENDPOINT_URL', 'no url');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
    expect(await outcome(url())).toEqual({ code: 'BadRecord', called: 0 });
  });
});

it.each(['create', 'update', 'delete'] as const)('requires %s in INIT', (step) => {
  const { [step]: _left, ...rest } = nothing;
  expect(() => createHandler(stage().gateway, { events: { customResource: rest as never } })).toThrow(
    expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(`write ${step}: () => undefined`) }),
  );
});

it('waits for an asynchronous handler', async () => {
  await run({ update: async () => sleep(5).then(() => ({ Data: { done: true } })) }, customResource('Update', url()));
  expect(puts[0]?.body).toMatchObject({ Status: 'SUCCESS', Data: { done: true } });
});
