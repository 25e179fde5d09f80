import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SSM } from '@aws-sdk/client-ssm';
import { parameterStore, secretsManager, startAws } from '@suga/aws-fakes';
import { cache } from '@suga/cache';
import { circuitBreaker } from '@suga/circuit-breaker';
import { config } from '@suga/config';
import { control, createGateway } from '@suga/gateway';
import { http } from '@suga/http';
import { createHandler, lambda } from '@suga/lambda';
import { logging } from '@suga/logging';
import { metrics } from '@suga/metrics';
import { ofb } from '@suga/ofb';
import { security } from '@suga/security';
import { singleton } from '@suga/singleton';
import { store } from '@suga/store';
import { ownClock } from '@suga/vitest/clock';
import { describe, expect, it } from 'vitest';
import { startDynamo } from './dynamo.js';

/** Time limits that no call exceeds, even on a very busy machine. */
const patient = { timeout: 600_000, attemptTimeout: 600_000 } as const;

/** Starts an HTTP service on this machine with the given responses. */
async function upstream(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('http through breaker, cache and metrics', () => {
  it('opens the circuit of a failing origin, counts its calls, and lets it recover', async () => {
    const clock = ownClock();
    let healthy = false;
    await using service = await upstream((_, response) => response.writeHead(healthy ? 200 : 500, { 'content-type': 'application/json' }).end('{"ok":true}'));
    const lines: Record<string, unknown>[] = [];
    const gateway = createGateway({
      http: http({ ...patient, allowPrivate: true, breaker: true, metrics: true, retry: false }),
      circuitBreaker: circuitBreaker({ policy: { type: 'consecutive', failures: 3 }, openMs: 50, successes: 1, metrics: true }),
      metrics: metrics({ service: 'home', write: (line) => lines.push(JSON.parse(line)) }),
    });
    await control(gateway).run({ id: '1' }, async () => {
      for (let call = 0; call < 3; call++) expect((await gateway.http.get(service.url)).status).toBe(500);
      await expect(gateway.http.get(service.url)).rejects.toMatchObject({ code: 'CircuitOpen' });
      expect(service.requests()).toBe(3);
      healthy = true;
      await clock.pass(50);
      expect((await gateway.http.get(service.url)).status).toBe(200);
    });
    const { families } = lines.at(-1) as { families: Record<string, Record<string, { outcomes: object }>> };
    expect(families['http']?.[`GET ${service.url}`]?.outcomes).toMatchObject({ 500: 3, 200: 1 });
    expect(families['circuit']?.[`http:${service.url}`]?.outcomes).toMatchObject({ opened: 1, closed: 1, rejected: 1 });
  });

  it.each([
    ['http', 'cache'],
    ['cache', 'http'],
  ])('an invocation’s end waits for a refresh that calls a service, with %s registered before %s', async (...order) => {
    let calls = 0;
    await using service = await upstream((_, response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'text/plain' }).end(String(++calls)), 20);
    });
    const all = { http: http({ allowPrivate: true }), cache: cache() };
    const gateway = createGateway(Object.fromEntries(order.map((name) => [name, all[name as 'http']])) as never as typeof all);
    const ask = () =>
      control(gateway).run({ id: 'r' }, () =>
        gateway.cache.getOrCompute('value', async () => (await gateway.http.get(service.url)).body, { ttl: 1, staleWhileRevalidate: 60_000 }),
      );
    expect(await ask()).toBe('1');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await ask()).toBe('1');
    expect(calls).toBe(2);
    expect(gateway.cache.stats()).toMatchObject({ refreshes: 1, failedRefreshes: 0 });
  });

  it('caches a response in the cache interface, and revalidates it with its ETag', async () => {
    await using service = await upstream((request, response) => {
      const same = request.headers['if-none-match'] === '"1"';
      response.writeHead(same ? 304 : 200, { etag: '"1"', 'cache-control': 'no-cache', 'content-type': 'text/plain' }).end(same ? '' : 'kept');
    });
    const gateway = createGateway({ http: http({ ...patient, allowPrivate: true, cache: true }), cache: cache() });
    const answers = [await gateway.http.get(service.url), await gateway.http.get(service.url)];
    expect(answers.map(({ status, body, cached }) => ({ status, body, cached }))).toEqual([
      { status: 200, body: 'kept', cached: false },
      { status: 200, body: 'kept', cached: true },
    ]);
    expect(service.requests()).toBe(2);
    expect(gateway.cache.stats().entries).toBe(1);
  });
});

describe("config feeding security's keys", () => {
  it('reads them from Secrets Manager and the Parameter Store, once', async () => {
    const [first, second] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];
    await using aws = await startAws(parameterStore({ '/app/key': { value: second, secure: true } }).service, secretsManager({ 'app/key': first }).service);
    const gateway = createGateway({
      config: config({ clients: { ssm: new SSM(aws.settings), secretsManager: new SecretsManager(aws.settings) }, timeout: 600_000 }),
      security: security({ encryption: { current: 'k1', keys: { k1: { secret: 'app/key' }, k2: { parameter: '/app/key' } } } }),
    });
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
    const sealed = await Promise.all(
      texts.map((text, index) => control(gateway).run({ id: `${index}` }, () => gateway.security.encrypt(text, { context: { index: `${index}` } }))),
    );
    expect(await Promise.all(sealed.map((one, index) => gateway.security.decrypt(one, { context: { index: `${index}` } })))).toEqual(texts);
    await expect(gateway.security.decrypt(sealed[0] ?? '', { context: { index: '1' } })).rejects.toMatchObject({ code: 'Tampered' });
    expect(aws.calls.map(({ operation }) => operation)).toEqual(['secretsmanager.GetSecretValue']);
  });
});

describe('logging with lambda', () => {
  it('writes buffered lines when an invocation fails, and no others', async () => {
    const lines: { message: string }[] = [];
    const gateway = createGateway({ logging: logging({ buffer: {}, write: (line) => lines.push(JSON.parse(line)) }) });
    let fails = false;
    const handler = createHandler(gateway, {
      events: {
        schedule: () => {
          gateway.logging.debug('held back');
          if (fails) throw new Error('own');
        },
      },
    });
    const event = {
      version: '0',
      id: 'e',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '1',
      time: '2026-11-21T18:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: {},
    };
    const debug = () => lines.filter(({ message }) => message === 'held back').length;
    await handler(event, { awsRequestId: '1' } as never);
    expect(debug()).toBe(0);
    fails = true;
    await expect(handler(event, { awsRequestId: '2' } as never)).rejects.toThrow('own');
    expect(debug()).toBe(1);
  });
});

describe('a workflow over eight interfaces', () => {
  it('200 overlapping invocations mix nothing and lose nothing', async () => {
    await using service = await upstream((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ device: pathname.slice(1) })), Math.random() * 10);
    });
    const [logged, measured]: [Record<string, unknown>[], Record<string, unknown>[]] = [[], []];
    const secret = 'a secret of at least thirty-two bytes';
    const gateway = createGateway({
      logging: logging({ service: 'home', write: (line) => logged.push(JSON.parse(line)) }),
      config: config({ environment: { UPSTREAM: service.url, SECRET: secret } }),
      cache: cache(),
      http: http({ ...patient, allowPrivate: true, breaker: true }),
      circuitBreaker: circuitBreaker(),
      security: security({ tokens: { algorithms: ['HS256'], secret } }),
      metrics: metrics({ service: 'home', write: (line) => measured.push(JSON.parse(line)) }),
      singleton: singleton(),
      lambda: lambda(),
    });
    const handler = createHandler(gateway, {
      http: {
        'GET /devices/{id}': async ({ params, headers }) => {
          const { sub } = await gateway.security.verifyToken(headers['authorization']);
          gateway.logging.appendKeys({ sub });
          const device = await gateway.cache.getOrCompute(params.id, async () => {
            const base = gateway.singleton.get('base', () => gateway.config.getRequired('UPSTREAM'));
            return (await gateway.http.get<object>(`${base}/${params.id}`)).body;
          });
          gateway.metrics.increment('Served');
          gateway.metrics.addMetadata('sub', sub);
          gateway.logging.info('served', { id: params.id });
          return { ...device, sub };
        },
      },
    });
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, index) => gateway.security.signToken({ sub: `user-${index}` })));
    const answers = await Promise.all(
      tokens.map((token, index) =>
        handler(request(`/devices/${index % 20}`, token), { awsRequestId: `request-${index}`, getRemainingTimeInMillis: () => 900_000 } as never),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      const { statusCode, body } = answer as { statusCode: number; body: string };
      expect([statusCode, JSON.parse(body)]).toEqual([200, { device: `${index % 20}`, sub: `user-${index}` }]);
    }
    const served = logged.filter(({ message }) => message === 'served');
    expect(served.map(pair).sort()).toEqual(tokens.map((_, index) => `request-${index} user-${index}`).sort());
    expect(measured.map(pair).sort()).toEqual(served.map(pair).sort());
    expect(measured.reduce((sum, { Served }) => sum + Number(Served), 0)).toBe(200);
    expect(gateway.lambda.stats()).toMatchObject({ invocations: expect.any(Number), errors: 0, active: 0 });
    expect(gateway.http.stats().requests).toBe(20);
    expect(Object.values(control(gateway).stats().interfaces).every(({ inFlight }) => inFlight === 0)).toBe(true);
  });
});

const pair = ({ function_request_id, sub }: Record<string, unknown>): string => `${function_request_id} ${sub}`;

/** Returns a request in the format of a function URL. */
const request = (path: string, token: string) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { authorization: `Bearer ${token}`, host: 'id.lambda-url.eu-west-1.on.aws' },
  requestContext: {
    accountId: 'anonymous',
    apiId: 'id',
    domainName: 'id.lambda-url.eu-west-1.on.aws',
    http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '21/Nov/2026:18:00:00 +0000',
    timeEpoch: 1_795_284_000_000,
  },
  isBase64Encoded: false,
});

describe('a route near the deadline', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const context = (id: string) => {
    const deadline = Date.now() + 600;
    return { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  };

  it('responds with 504 while it awaits http or config, whichever notices the deadline first', async () => {
    await using service = await upstream(() => undefined);
    const lines: { message: string }[] = [];
    const gateway = createGateway({
      logging: logging({ write: (line) => lines.push(JSON.parse(line)) }),
      http: http({ allowPrivate: true, retry: false }),
      config: config({ clients: { ssm: { getParameters: never, getParametersByPath: never } as never } }),
    });
    const routes = {
      '/http': () => gateway.http.get(service.url),
      '/config': () => gateway.config.getParameter('/app/a'),
      '/wrapped': () =>
        gateway.http.get(service.url).catch((cause: unknown) => {
          throw new Error('the upstream failed', { cause });
        }),
    };
    const handlers = [{}, { deadlineMargin: 0 }].map((more) =>
      createHandler(gateway, { ...more, http: { 'GET /http': routes['/http'], 'GET /config': routes['/config'], 'GET /wrapped': routes['/wrapped'] } }),
    );
    const ask = async (path: string, handler = handlers[0]): Promise<unknown> =>
      ((await handler?.(request(path, ''), context(path))) as { statusCode: number }).statusCode;
    // Without a margin there is no signal, so http watches the deadline itself.
    expect(await Promise.all([...Object.keys(routes).map((path) => ask(path)), ask('/http', handlers[1]), ask('/wrapped', handlers[1])])).toEqual(
      Array(5).fill(504),
    );
    expect(lines.filter(({ message }) => message === 'Request failed')).toHaveLength(5);
  });
});

describe('cache, store and ofb over DynamoDB', () => {
  it('share what one environment computed with the others, and batch their concurrent reads and writes', async () => {
    await using dynamo = await startDynamo('shared', 'id');
    const backend = { type: 'dynamodb', table: 'shared', client: dynamo.client } as const;
    ownClock();
    const environment = () => createGateway({ cache: cache({ shared: true }), store: store({ backend }) }, { middleware: [ofb()] });
    const [one, other] = [environment(), environment()];
    let computed = 0;
    const load = (gateway: typeof one): Promise<object> =>
      control(gateway).run({ id: '1' }, () => gateway.cache.getOrCompute('user:1', async () => ({ name: 'Ada', nth: ++computed })));
    expect([await load(one), await load(other), await load(other)]).toEqual(Array(3).fill({ name: 'Ada', nth: 1 }));
    await control(one).run({ id: '2' }, () => one.cache.delete('user:1'));
    expect(await load(environment())).toEqual({ name: 'Ada', nth: 2 });

    const keys = Array.from({ length: 250 }, (_, index) => `device:${index}`);
    await control(one).run({ id: '3' }, async () => {
      const sent = (): number => Object.values(one.store.stats().requests).reduce((sum, each) => sum + each, 0);
      const before = sent();
      await Promise.all(keys.map((key, index) => one.store.set(key, { index })));
      const written = sent();
      expect(await Promise.all(keys.map((key) => one.store.get(key)))).toEqual(keys.map((_, index) => ({ index })));
      expect([written - before, sent() - written]).toEqual([10, 3]);
    });
  });
});
