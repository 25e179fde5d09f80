import { control, createGateway } from '@suga/gateway';
import { type HttpOptions, http } from '@suga/http';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { backoff, retryAfter } from '../src/transport/retry.js';
import { code, json, local, NOWHERE, patient, web } from './servers.js';

/** A server that responds with these statuses in turn, and then always with the last one. */
const flapping = async (statuses: number[], headers: () => Record<string, string> = () => ({})) => {
  const times: number[] = [];
  const url = await web((_, response) => {
    const status = statuses[Math.min(times.length, statuses.length - 1)] ?? 200;
    times.push(Date.now());
    json(response, { status }, status === 200 ? {} : headers(), status);
  });
  return { url, times };
};

describe('a retry', () => {
  it('follows 429 and transient 5xx, and no other status', async () => {
    for (const status of [408, 429, 500, 502, 503, 504]) {
      expect(await local().get((await flapping([status, status, 200])).url)).toMatchObject({ status: 200, attempts: 3 });
    }
    for (const status of [400, 404, 501]) expect(await local().get((await flapping([status, 200])).url)).toMatchObject({ status, attempts: 1 });
    expect(await local().get((await flapping([418, 200])).url, { retry: { statuses: [418] } })).toMatchObject({ status: 200, attempts: 2 });
  });

  it('ends after the last attempt, whose response is returned', async () => {
    const { url, times } = await flapping([503]);
    expect(await local().get(url)).toMatchObject({ status: 503, attempts: 3 });
    expect(await local({ retry: false }).get(url)).toMatchObject({ status: 503, attempts: 1 });
    await expect(local().get(url, { throwOnError: true, retry: 2 })).rejects.toMatchObject(code('BadStatus', { status: 503, attempts: 2 }));
    expect(times).toHaveLength(6);
  });

  it('is not made for POST, unless it has an idempotency key, which is the same for each attempt', async () => {
    expect(await local().post((await flapping([503, 200])).url)).toMatchObject({ status: 503, attempts: 1 });
    const keys: unknown[] = [];
    const url = await web((request, response) => {
      keys.push(request.headers['idempotency-key']);
      json(response, 1, {}, keys.length < 3 ? 503 : 200);
    });
    expect(await local().post(url, {}, { idempotencyKey: true })).toMatchObject({ status: 200, attempts: 3 });
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
  });

  it('waits as Retry-After says, in seconds or until a date, and not at all for longer than maxDelay', async () => {
    // The wait is a second plus jitter. It is recorded and skipped.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { setTimeout: later } = globalThis;
    const waits: number[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) => {
      const isWait = ms >= 1000 && ms < 2000;
      if (isWait) waits.push(ms);
      return later(work, isWait ? 0 : ms);
    }) as never);
    const seconds = await flapping([503, 200], () => ({ 'retry-after': '1' }));
    expect(await local().get(seconds.url)).toMatchObject({ status: 200, attempts: 2 });
    vi.restoreAllMocks();
    expect(waits).toEqual([1000.5]);
    const far = await flapping([503, 200], () => ({ 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }));
    expect(await local().get(far.url)).toMatchObject({ status: 503, attempts: 1 });
    const past = await flapping([503, 200], () => ({ 'retry-after': new Date(Date.now() - 3_600_000).toUTCString() }));
    expect(await local().get(past.url)).toMatchObject({ status: 200, attempts: 2 });
  });

  it('is paid from a budget per origin: an outage gets twenty retries, however many requests overlap', async () => {
    const { url, times } = await flapping([503]);
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], retry: { baseDelay: 0 } }) });
    const all = await Promise.all(Array.from({ length: 60 }, (_, index) => control(gateway).run({ id: `${index}` }, () => gateway.http.get(url))));
    expect(all.every(({ status }) => status === 503)).toBe(true);
    expect(times).toHaveLength(80);
    expect((await gateway.http.get(url)).attempts).toBe(1);
    gateway.http.reset();
    expect((await gateway.http.get(url)).attempts).toBe(3);
  });
});

describe('for any value', () => {
  it('the wait stays within its limits', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.integer({ min: 1, max: 2000 }), (baseDelay, maxDelay, made) => {
        const wait = backoff({ baseDelay, maxDelay }, made);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(maxDelay, baseDelay * 2 ** Math.min(made - 1, 31)));
      }),
    );
  });

  it('Retry-After is never negative and never NaN', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        fc.nat(),
        (text, now) => {
          const ms = retryAfter(text, now);
          expect(ms === undefined || ms >= 0).toBe(true);
        },
      ),
    );
    expect(retryAfter('7', 0)).toBe(7000);
    expect(retryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4000)).toBe(5000);
    for (const nonsense of [undefined, '', '-1', '1.5', '20-30', 'soon']) expect(retryAfter(nonsense, 0)).toBeUndefined();
  });
});

describe('the circuit breaker', () => {
  /** Another implementation of the interface, which has only `call` and opens after two failures. */
  const breaking = (options: HttpOptions) => {
    const calls: string[] = [];
    const failed: unknown[] = [];
    const call = async (name: string, work: () => Promise<unknown>) => {
      calls.push(name);
      if (failed.length >= 2) throw Object.assign(new Error('open'), { name: 'SugaError', code: 'CircuitOpen' });
      try {
        return await work();
      } catch (error) {
        failed.push(error);
        throw error;
      }
    };
    const circuitBreaker = { operations: { call: { params: { name: {}, work: {} }, returns: 'promise' as const } }, load: () => ({ operations: { call } }) };
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], retry: { baseDelay: 1 }, breaker: true, ...options }), circuitBreaker });
    return { client: gateway.http, calls, failed };
  };

  it('counts 5xx, lost connections and timeouts by origin, and stops the attempts when it opens', async () => {
    const { url, times } = await flapping([503]);
    const { client, calls, failed } = breaking({});
    expect(await client.get(url)).toMatchObject({ status: 503, attempts: 2 });
    expect(times).toHaveLength(2);
    expect(calls).toEqual(Array(3).fill(`http:${url}`));
    expect(failed).toMatchObject([code('BadStatus'), code('BadStatus')]);
    await expect(client.get(url)).rejects.toMatchObject({ code: 'CircuitOpen' });
    const lost = breaking({ breaker: 'partner' });
    await expect(lost.client.get(NOWHERE)).rejects.toMatchObject(code('NetworkError', { attempts: 2 }));
    expect(lost.calls).toEqual(Array(3).fill('partner'));
    for (const limit of [{ attemptTimeout: 20 }, { timeout: 20 }]) {
      const slow = breaking({ ...limit, retry: false });
      await expect(slow.client.get(await web(() => undefined))).rejects.toMatchObject(code('Timeout'));
      expect(slow.failed).toHaveLength(1);
    }
  });

  it('does not count 4xx, refused addresses or bodies that are too long', async () => {
    const { client, failed } = breaking({ retry: false });
    expect(await client.get((await flapping([404])).url)).toMatchObject({ status: 404 });
    await expect(client.get('http://10.0.0.1/')).rejects.toMatchObject(code('AddressRefused'));
    await expect(client.get((await flapping([200])).url, { maxBytes: 1 })).rejects.toMatchObject(code('TooLarge'));
    expect(failed).toEqual([]);
    expect(await client.get((await flapping([503])).url)).toMatchObject({ status: 503, attempts: 1 });
    expect(failed).toHaveLength(1);
  });

  it('must be in the gateway if it is used', async () => {
    await expect(local({ breaker: true }).get('http://127.0.0.1/')).rejects.toMatchObject({
      code: 'NotInstalled',
      message: expect.stringContaining('@suga/circuit-breaker'),
    });
  });
});
