import { createGateway } from '@suga/gateway';
import { createHandler, createStreamingHandler, HttpError } from '@suga/lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { type Asked, read, requests } from './events/http.js';
import { cognito, schedule } from './events/others.js';
import { context, stage } from './test-gateway.js';

const circular: Record<string, unknown> = {};
circular['self'] = circular;
const origin = 'https://a.example';
const asked: Asked = { headers: { Origin: [origin] } };

const refusing = () => {
  const start = () => {
    throw Object.assign(new Error('slower'), { name: 'SugaError', code: 'Throttled' });
  };
  return createGateway({}, { middleware: [{ name: 'm', start }] });
};
const options = {
  cors: { origins: [origin] },
  http: {
    'GET /': () => 1,
    'GET /circular': () => {
      throw new HttpError(422, 'no', { details: { circular } });
    },
    'GET /header': () => {
      throw new HttpError(403, 'no', { headers: { 'x-a': 'a\r\nb: c' } });
    },
  },
} as const;

describe('an error from outside the work', () => {
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('has CORS, and no body for HEAD', async () => {
    const handler = createHandler(refusing(), options);
    const ask = async (more: Asked) => read('function-url', await handler(requests['function-url']({ ...asked, ...more }), context()));
    const headers = { 'access-control-allow-origin': origin, 'retry-after': '1', vary: 'origin' };
    expect(await ask({})).toMatchObject({ status: 429, headers, body: Buffer.from('{"message":"Too Many Requests"}') });
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 429, headers, body: Buffer.alloc(0) });
  });

  it('has both if responses are streamed', async () => {
    vi.stubGlobal('awslambda', awslambda);
    const handler = createStreamingHandler(refusing(), options);
    const answer = await invoke(handler, requests['function-url']({ ...asked, method: 'HEAD' }), context(), {});
    expect(answer).toMatchObject({ prelude: { statusCode: 429, headers: { 'access-control-allow-origin': origin } }, body: Buffer.alloc(0), ended: true });
  });

  it.each(['/circular', '/header'])('has both if an HttpError cannot be sent as a response: %s', async (path) => {
    const { gateway, lines } = stage();
    const handler = createHandler(gateway, options);
    const ask = async (method: string) => read('function-url', await handler(requests['function-url']({ ...asked, path, method }), context()));
    const answer = await ask('GET');
    expect(answer).toMatchObject({ status: 500, headers: { 'access-control-allow-origin': origin } });
    expect(JSON.parse(answer.body.toString())).toEqual({ message: 'Internal Server Error', errorId: expect.any(String) });
    expect(lines.find(({ level }) => level === 'error')?.extra).toMatchObject({ error: { name: 'LambdaError', cause: { name: 'HttpError' } } });
    expect(await ask('HEAD')).toMatchObject({ status: 500, body: Buffer.alloc(0) });
  });
});

describe("an event handler's result", () => {
  it('is refused and counted if JSON cannot hold it', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway, {
      preload: ['lambda'],
      events: { schedule: () => circular, cognito: (event) => void (event.response['a'] = circular) },
    });
    const message = 'The result of events.schedule cannot be sent as JSON.';
    await expect(handler(schedule(), context())).rejects.toMatchObject({ name: 'LambdaError', code: 'NotJson', message });
    await expect(handler(cognito(), context())).rejects.toMatchObject({ code: 'NotJson' });
    expect(gateway.lambda.stats()).toMatchObject({ invocations: 2, errors: 2 });
  });

  it('is converted to JSON data', async () => {
    const run = (result: unknown) => createHandler(stage().gateway, { events: { schedule: () => result } })(schedule(), context());
    expect(await run({ n: 1n, map: new Map([['a', new Date(0)]]) })).toEqual({ n: '1', map: { a: '1970-01-01T00:00:00.000Z' } });
    expect(await run('x')).toBe('x');
    expect(await run(undefined)).toBeUndefined();
  });
});
