import { type CircuitBreakerOptions, circuitBreaker, type DynamoClient } from '@suga/circuit-breaker';
import { control, createGateway } from '@suga/gateway';
import { type HttpOptions, http, type RequestOptions } from '@suga/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { code, json, NOWHERE, raw, silent, web } from './servers.js';

let offset = 0;
/** The time at which the clock stands still. Otherwise a busy machine could use up a short deadline before the request begins. */
let stopped: number | undefined;
beforeEach(() => {
  offset = 0;
  stopped = undefined;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => stopped ?? now() + offset);
});
afterEach(() => void vi.restoreAllMocks());

const THREE: CircuitBreakerOptions = { policy: { type: 'consecutive', failures: 3 }, successes: 1 };
const make = (options: HttpOptions = {}, breaker: CircuitBreakerOptions = THREE) => {
  const settings: HttpOptions = { allow: ['127.0.0.1', 'gone.example'], retry: false, breaker: 'partner', ...options };
  const gateway = createGateway({ http: http(settings), circuitBreaker: circuitBreaker(breaker) });
  return { gateway, client: gateway.http, circuits: gateway.circuitBreaker, controls: control(gateway) };
};
type Made = ReturnType<typeof make>;
const fail = (error: Error) => {
  throw error;
};
const named = (name: string, message = name) => Object.assign(new Error(message), { code: name });
const answering = (status: number, headers: Record<string, string> = {}) => web((_, response) => json(response, { status }, headers, status));
/** Resolves when the server has received this number of requests. */
const met = (count: () => number, least: number) => vi.waitFor(() => expect(count()).toBeGreaterThanOrEqual(least), { timeout: 20_000 });

/** Reasons with which `@suga/lambda` aborts an invocation's signal. */
const DEADLINE = Object.assign(new Error('nearly over'), { name: 'LambdaError', code: 'Deadline' });
const GONE = Object.assign(new Error('The client has disconnected.'), { name: 'LambdaError', code: 'Aborted' });

/** A request that is ended by its invocation's signal, which the caller passes as `signal`. */
const untilDeadline = async (handed: (signal: AbortSignal) => AbortSignal) => {
  const { url, count } = await silent();
  const run = ({ client, controls }: Made): Promise<unknown> => {
    const ending = new AbortController();
    const before = count();
    // A quarter of this is enough for a failure. The wait takes nearly all of it.
    return controls.run({ id: 'r', deadline: Date.now() + 1000, signal: ending.signal }, async () => {
      offset -= 60_000;
      const request = client.get(url, { signal: handed(ending.signal) });
      request.catch(() => undefined);
      try {
        await Promise.race([met(count, before + 1), request]);
        const begun = performance.now();
        await vi.waitFor(() => expect(performance.now() - begun).toBeGreaterThan(300), { timeout: 20_000 });
        ending.abort(DEADLINE);
        await expect(request).rejects.toMatchObject({ ...code('Timeout', { limit: 'invocation' }), cause: DEADLINE });
        return await request;
      } finally {
        offset += 60_000;
      }
    });
  };
  return { request: run };
};

/** Ways in which a server fails. Each has a request by its own client. */
const failures: Readonly<Record<string, () => Promise<{ options?: HttpOptions; request: (made: Made) => Promise<unknown> }>>> = {
  'does not answer within attemptTimeout': async () => {
    const { url } = await silent();
    return { options: { attemptTimeout: 20 }, request: ({ client }) => client.get(url) };
  },
  'does not answer within timeout': async () => {
    const { url } = await silent();
    return { request: ({ client }) => client.get(url, { timeout: 60 }) };
  },
  'does not answer in the time that a short function has': async () => {
    const { url } = await silent();
    const run = ({ client, controls }: Made) => {
      stopped = Date.now();
      const request = controls.run({ id: 'r', deadline: stopped + 260 }, () => client.get(url));
      return request.finally(() => (stopped = undefined));
    };
    return { request: run };
  },
  'does not answer until the signal of a short function': async () => {
    const { url, count } = await silent();
    const run = async ({ client, controls }: Made) => {
      const ending = new AbortController();
      const before = count();
      const over = Date.now() + 3000;
      const request = controls.run({ id: 'r', deadline: over, signal: ending.signal }, () => client.get(url));
      const isSent = await Promise.race([met(count, before + 1).then(() => true), request.catch(() => false)]);
      if (isSent) await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(over - 2000), { timeout: 20_000 });
      ending.abort(new Error('nearly over'));
      return request;
    };
    return { request: run };
  },
  ...Object.fromEntries(
    Object.entries<(signal: AbortSignal) => AbortSignal>({
      itself: (signal) => signal,
      'in AbortSignal.any()': (signal) => AbortSignal.any([new AbortController().signal, signal]),
      'by a controller of its own': (signal) => {
        const mine = new AbortController();
        signal.addEventListener('abort', () => mine.abort(signal.reason), { once: true });
        return mine.signal;
      },
    }).map(([how, handed]) => [`does not answer until the invocation's deadline, whose signal the caller hands over ${how}`, () => untilDeadline(handed)]),
  ),
  'stops in the middle of a body': async () => {
    const url = await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'));
    return { request: ({ client }) => client.get(url, { timeout: 40 }) };
  },
  'cuts its response short': async () => {
    const url = await raw((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'));
    return { request: ({ client }) => client.get(url) };
  },
  'sends a response that is not HTTP': async () => {
    const url = await raw((socket) => void socket.write('hello\r\n\r\n'));
    return { request: ({ client }) => client.get(url) };
  },
  'answers with a broken gzip': async () => {
    const url = await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope'));
    return { request: ({ client }) => client.get(url) };
  },
  'is not there': async () => {
    const url = NOWHERE;
    return { request: ({ client }) => client.get(url) };
  },
  'has no name': async () => ({
    options: { lookup: (_, __, callback) => callback(named('ENOTFOUND'), '') },
    request: ({ client }) => client.get('http://gone.example/'),
  }),
  'answers with 500': async () => {
    const url = await answering(500);
    return { request: ({ client }) => client.get(url) };
  },
};

describe.each(Object.entries(failures))('a server that %s', (_, failing) => {
  it('opens the circuit with the third of twelve requests', async () => {
    const { options, request } = await failing();
    const made = make(options);
    for (let time = 1; time <= 3; time++) {
      expect(made.circuits.state('partner')).toBe('closed');
      await request(made).catch((error: { code: string }) => expect(error.code).not.toBe('CircuitOpen'));
      expect(made.circuits.stats()).toMatchObject({ calls: time, failures: time, unknown: 0 });
    }
    for (let time = 4; time <= 12; time++) await expect(request(made)).rejects.toMatchObject({ code: 'CircuitOpen' });
  });
});

/** Requests that say nothing about the server. */
const unknowns: Readonly<Record<string, () => Promise<{ options?: HttpOptions; breaker?: CircuitBreakerOptions; request: (made: Made) => Promise<unknown> }>>> =
  {
    'is aborted by the caller': async () => {
      const { url, count } = await silent();
      const run = async ({ client }: Made) => {
        const mine = new AbortController();
        const request = client.get(url, { signal: mine.signal });
        await met(count, 1);
        mine.abort(new RangeError('enough'));
        await expect(request).rejects.toThrow(RangeError);
      };
      return { request: run };
    },
    "is ended by the caller's own time limit": async () => {
      const { url } = await silent();
      const run = ({ client }: Made) => expect(client.get(url, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' });
      return { request: run };
    },
    "is aborted for the caller's own Timeout": async () => {
      const { url, count } = await silent();
      const run = async ({ client }: Made) => {
        const mine = new AbortController();
        const request = client.get(url, { signal: mine.signal });
        await met(count, 1);
        mine.abort(Object.assign(new Error('mine'), { name: 'SugaError', code: 'Timeout' }));
        await expect(request).rejects.toThrow('mine');
      };
      return { request: run };
    },
    "is aborted by the caller beside the invocation's signal": async () => {
      const { url, count } = await silent();
      const run = ({ client, controls }: Made) => {
        const ending = new AbortController();
        const mine = new AbortController();
        return controls.run({ id: 'r', signal: ending.signal }, async () => {
          const request = client.get(url, { signal: AbortSignal.any([ending.signal, mine.signal]) });
          await met(count, 1);
          mine.abort(new RangeError('enough'));
          ending.abort(DEADLINE);
          await expect(request).rejects.toThrow(RangeError);
        });
      };
      return { request: run };
    },
    'is ended by a client that has disconnected, through the signal that the caller passes': async () => {
      const { url, count } = await silent();
      const run = ({ client, controls }: Made) => {
        const ending = new AbortController();
        return controls.run({ id: 'r', signal: ending.signal }, async () => {
          const request = client.get(url, { signal: ending.signal });
          await met(count, 1);
          ending.abort(GONE);
          await expect(request).rejects.toBe(GONE);
        });
      };
      return { request: run };
    },
    'is ended by a deadline that was near when it began': async () => {
      const { url } = await silent();
      const run = ({ client, controls }: Made) =>
        controls.run({ id: 'r', deadline: Date.now() + 8000 }, async () => {
          offset += 7700;
          await expect(client.get(url)).rejects.toMatchObject(code('Timeout', { limit: 'invocation', attempts: 1 }));
        });
      return { request: run };
    },
    'is ended because its client has disconnected, however long it waited': async () => {
      const { url } = await silent();
      const run = ({ client, controls }: Made) => {
        const ending = new AbortController();
        return controls.run({ id: 'r', deadline: Date.now() + 1000, signal: ending.signal }, async () => {
          // Half a minute is left, so that no limit ends the request before the client disconnects.
          offset -= 30_000;
          const begun = performance.now();
          const request = client.get(url);
          await vi.waitFor(() => expect(performance.now() - begun).toBeGreaterThan(300), { timeout: 20_000 });
          ending.abort(GONE);
          await expect(request).rejects.toMatchObject({ code: 'Aborted' });
          offset += 30_000;
        });
      };
      return { breaker: { ...THREE, openMs: 1 }, request: run };
    },
    'outlives its invocation': async () => {
      const { url, count } = await silent();
      const run = async ({ client, controls }: Made) => {
        const left: Promise<unknown>[] = [];
        await controls.run({ id: 'r' }, async () => {
          left.push(client.get(url));
          left[0]?.catch(() => undefined);
          await met(count, 1);
        });
        await expect(left[0]).rejects.toMatchObject(code('Timeout', { limit: 'invocation' }));
      };
      return { request: run };
    },
    'is refused for its address': async () => ({
      request: ({ client }) => expect(client.get('http://10.0.0.1/')).rejects.toMatchObject({ code: 'AddressRefused' }),
    }),
    'is refused for the address of its name': async () => ({
      options: { allow: [], lookup: (_, __, callback) => callback(null, [{ address: '10.0.0.1', family: 4 }]) },
      request: ({ client }) => expect(client.get('http://inside.example/')).rejects.toMatchObject({ code: 'AddressRefused' }),
    }),
    'is redirected to an address that is refused': async () => {
      const url = await web((_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
      return { request: ({ client }) => expect(client.get(url)).rejects.toMatchObject({ code: 'AddressRefused' }) };
    },
    'is redirected too often': async () => {
      const url = await web((_, response) => response.writeHead(302, { location: '/' }).end());
      return { request: ({ client }) => expect(client.get(url)).rejects.toMatchObject({ code: 'TooManyRedirects' }) };
    },
    'gets a body that is longer than the caller allows': async () => {
      const url = await answering(200);
      return { request: ({ client }) => expect(client.get(url, { maxBytes: 1 })).rejects.toMatchObject({ code: 'TooLarge' }) };
    },
    'goes to a port that fetch blocks': async () => ({
      request: ({ client }) =>
        expect(client.get('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'NetworkError', message: expect.stringContaining('bad port') }),
    }),
    'has arguments that fetch does not accept': async () => ({
      options: { dispatcher: { dispatch: () => fail(new TypeError('no argument of mine')) } },
      request: ({ client }) => expect(client.get('http://gone.example/')).rejects.toMatchObject({ code: 'NetworkError', cause: expect.any(TypeError) }),
    }),
    'gets no socket': async () => ({
      options: { lookup: (_, __, callback) => callback(named('EMFILE'), '') },
      request: ({ client }) => expect(client.get('http://gone.example/')).rejects.toMatchObject(code('NetworkError', { cause: 'EMFILE' })),
    }),
    'fails for a reason that isFailure does not blame on the server': async () => {
      const url = await answering(500);
      const isFailure = (error: unknown) => (error as { details?: { status?: number } }).details?.status !== 500;
      return { breaker: { ...THREE, isFailure }, request: ({ client }) => expect(client.get(url)).resolves.toMatchObject({ status: 500 }) };
    },
  };

describe.each(Object.entries(unknowns))('a request that %s', (_, undecided) => {
  it('lets the next caller probe at once', async () => {
    const { options, breaker, request } = await undecided();
    const made = make(options, breaker);
    for (let time = 0; time < 3; time++) made.circuits.recordFailure('partner');
    offset += 60_000;
    await request(made);
    expect([made.circuits.state('partner'), made.circuits.isOpen('partner')]).toEqual(['half-open', false]);
    expect(made.circuits.stats()).toMatchObject({ calls: 1, failures: 0, unknown: 1 });
    expect(await make({ allow: ['127.0.0.1'] }, breaker).client.get(await answering(200))).toMatchObject({ status: 200 });
    expect(await made.circuits.call('partner', () => 'up')).toBe('up');
    expect(made.circuits.state('partner')).toBe('closed');
  });

  it('neither opens a closed circuit nor cancels out failures of other requests', async () => {
    const { options, breaker, request } = await undecided();
    const made = make(options, breaker);
    made.circuits.recordFailure('partner');
    made.circuits.recordFailure('partner');
    await request(made);
    expect(made.circuits.state('partner')).toBe('closed');
    made.circuits.recordFailure('partner');
    expect(made.circuits.state('partner')).toBe('open');
  });
});

describe('a request whose own attempts open the circuit', () => {
  const two: CircuitBreakerOptions = { policy: { type: 'consecutive', failures: 2 } };
  const retried: RequestOptions = { retry: { attempts: 5, baseDelay: 1 } };

  it("keeps the server's response and its number of attempts", async () => {
    let count = 0;
    const url = await web((_, response) => (count++, json(response, { busy: true }, {}, 503)));
    const { client, circuits } = make({}, two);
    expect(await client.get(url, retried)).toMatchObject({ status: 503, body: { busy: true }, attempts: 2 });
    expect([count, circuits.state('partner'), circuits.stats().rejected]).toEqual([2, 'open', 0]);
    await expect(client.get(url, retried)).rejects.toMatchObject({ code: 'CircuitOpen' });
    expect(client.stats()).toMatchObject({ requests: 2, errors: 2, retries: 1 });
    expect(count).toBe(2);
  });

  it('keeps it as an error with throwOnError, with its number of attempts', async () => {
    const url = await answering(503);
    await expect(make({}, two).client.get(url, { ...retried, throwOnError: true })).rejects.toMatchObject(code('BadStatus', { status: 503, attempts: 2 }));
  });

  it.each<[string, () => Promise<string>, HttpOptions, object]>([
    ['a lost connection', async () => NOWHERE, {}, code('NetworkError', { cause: 'ECONNREFUSED', attempts: 2 })],
    ['a time limit', async () => (await silent()).url, { attemptTimeout: 20 }, code('Timeout', { limit: 'attempt', attempts: 2 })],
  ])('keeps the error of %s', async (_, server, options, error) => {
    const { client, circuits } = make(options, two);
    await expect(client.get(await server(), retried)).rejects.toMatchObject(error);
    expect(circuits.state('partner')).toBe('open');
  });

  it('does not wait for an attempt that would be refused', async () => {
    const { client } = make({}, two);
    const url = await answering(503, { 'retry-after': '1' });
    await client.get(url);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    expect(await client.get(url, retried)).toMatchObject({ status: 503, attempts: 1 });
    const waits = timers.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== undefined && ms >= 1000 && ms < 2000);
    expect(waits).toEqual([]);
  });

  it('keeps its response if its own attempt was the probe of a half-open circuit', async () => {
    const { client, circuits } = make({}, two);
    circuits.recordFailure('partner');
    circuits.recordFailure('partner');
    offset += 60_000;
    expect(await client.get(await answering(502), retried)).toMatchObject({ status: 502, attempts: 1 });
    expect(circuits.state('partner')).toBe('open');
  });
});

describe('a circuit that environments share', () => {
  /** The part of DynamoDB that a circuit needs: one item per name, written under a condition. */
  const table = (): DynamoClient => {
    const items = new Map<string, Record<string, { S?: string; N?: string }>>();
    return {
      getItem: async (input) => ({ Item: items.get((input as { Key: { id: { S: string } } }).Key.id.S) }),
      putItem: async (input) => {
        const { Item, ExpressionAttributeValues: values } = input as {
          Item: Record<string, { S: string }>;
          ExpressionAttributeValues: { ':seen': { N: string } };
        };
        const known = items.get(Item['id']?.S ?? '');
        if (known && known['version']?.N !== values[':seen'].N) {
          throw Object.assign(new Error('condition'), { name: 'ConditionalCheckFailedException', Item: known });
        }
        items.set(Item['id']?.S ?? '', Item);
      },
    };
  };

  it('lets another environment probe at once after an aborted request', async () => {
    const shared = { table: 'circuits', client: table() };
    const [one, two] = [make({}, { ...THREE, shared }), make({}, { ...THREE, shared })];
    const { url, count } = await silent();
    await Promise.allSettled([1, 2, 3].map(() => one.client.get(url, { timeout: 20 })));
    expect(one.circuits.state('partner')).toBe('open');
    offset += 60_000;
    const mine = new AbortController();
    const before = count();
    const probe = one.client.get(url, { signal: mine.signal });
    await met(count, before + 1);
    const healthy = await answering(200);
    await expect(two.client.get(healthy)).rejects.toMatchObject({ code: 'CircuitOpen' });
    mine.abort('enough');
    await expect(probe).rejects.toBe('enough');
    await vi.waitFor(async () => expect(await two.client.get(healthy)).toMatchObject({ status: 200 }), { timeout: 20_000 });
    expect(two.circuits.state('partner')).toBe('closed');
  });
});
