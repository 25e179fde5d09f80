import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FtpmsOptions, ftpms } from '@suga/ftpms';
import { control, createGateway } from '@suga/gateway';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FtpmsReport, Level } from '../src/contract.js';
import { monthOf } from '../src/guarantee/calendar.js';
import type { Ledger, Month } from '../src/ledger/contract.js';
import { table } from '../src/ledger/dynamodb-ledger.js';
import { dynamo, inLambda, TABLE } from './dynamo.js';
import { account, amount, gatewayWith, invocation, MEMORY, monthSettings, PLENTY, part, run } from './test-environment.js';

let server: Awaited<ReturnType<typeof dynamo>>;
let serial = 0;
let warnings: string[] = [];

beforeAll(async () => void (server = await dynamo()));
afterAll(() => server.close());
beforeEach(() => {
  warnings = [];
  vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(MEMORY));
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Sets a month's use to this share of its limit. */
async function reach(ledger: Ledger, share: number, name = '2026-11'): Promise<void> {
  const month = (await ledger.read(name)) as Month;
  const { limit, cap } = month;
  const total = amount(Math.ceil(limit.requests * share), Math.ceil(limit.mbMs * share));
  await ledger.settle(month, { epoch: month.epoch + 1, total, settled: [], settings: monthSettings(cap) });
}

/** Creates an environment whose ledger has this share used, and which has read it. */
async function at(share: number, options: FtpmsOptions = {}) {
  const { ledger, time, environment } = await account();
  await reach(ledger, share);
  let drawn = 0.999;
  const one = environment({ ...options, deps: { random: () => drawn } });
  const { part, control } = gatewayWith(one);
  await run(one, time, 1);
  const invoke = <T>(work: () => T | Promise<T>, source = 'http') => control.run({ id: 'r', source, deadline: time.wall + 10_000 }, work);
  return { ledger, time, one, part, control, invoke, draw: (value: number) => void (drawn = value), reach: (share: number) => reach(ledger, share) };
}

describe('operations', () => {
  it('are bound directly while usage is below throttle', async () => {
    for (const [share, level] of [
      [0, 'normal'],
      [0.8, 'warn'],
    ] as const) {
      const { part, control, one } = await at(share);
      expect([part.plain(), await part.fetch(), part.extra(), part.dear()]).toEqual(['plain', 'fetch', 'extra', 'dear']);
      expect(one.report().level).toBe(level);
      const { operations = {} } = control.stats().interfaces['part'] ?? {};
      expect(operations['fetch']?.bound).toBe('direct');
      expect(operations['extra']?.bound).toBe('direct');
    }
  });

  it('are shed by their cost from throttle on', async () => {
    const { part, one, draw, control } = await at(0.9);
    // Half of the way from 0.85 to 0.95.
    draw(0.49);
    const refused = { code: 'Throttled', message: expect.stringContaining('part.'), details: { retryAfter: 5000 } };
    expect(() => part.extra()).toThrow(expect.objectContaining(refused));
    expect(() => part.dear()).toThrow(expect.objectContaining(refused));
    for (const later of [part.extraLater(), part.fetch(), part.read()]) await expect(later).rejects.toMatchObject(refused);
    expect([part.plain(), await part.vital()]).toEqual(['plain', 'vital']);
    draw(0.51);
    expect([part.dear(), await part.fetch(), await part.read()]).toEqual(['dear', 'fetch', 'read']);
    expect(() => part.extra()).toThrow('part.extra');
    expect(one.report().counts.shed).toBe(6);
    const { operations = {} } = control.stats().interfaces['part'] ?? {};
    expect([operations['plain']?.bound, operations['vital']?.bound, operations['fetch']?.bound]).toEqual(['direct', 'direct', ['ftpms']]);
  });

  it('are throttled from the first call after the level has changed, and run again when it has ended', async () => {
    const { part, one, time, reach, control, draw } = await at(0);
    const { extra, dear } = part;
    for (let calls = 0; calls < 1000; calls++) extra();
    expect(control.stats().interfaces['part']?.operations['extra']?.bound).toBe('direct');
    await reach(0.9);
    time.pass(300_000);
    draw(0.7);
    await control.run({ id: 'r', deadline: time.wall + 1000 }, () => {
      expect(one.report().level).toBe('throttle');
      expect(() => extra()).toThrow('part.extra');
      // Drawn once per invocation: an invocation that was admitted does all of its work.
      draw(0);
      expect(dear()).toBe('dear');
    });
    expect(() => dear()).toThrow('part.dear');
    await reach(0.1);
    time.pass(300_000);
    draw(0.7);
    await run(one, time, 1);
    expect([extra(), dear()]).toEqual(['extra', 'dear']);
    expect(control.stats().interfaces['part']?.operations['extra']?.bound).toBe('direct');
  });

  it('of critical invocations are shed only if they are optional, at any share', async () => {
    const { part, invoke, draw } = await at(0.94, { critical: ['sqs'] });
    draw(0);
    await invoke(async () => {
      expect(await part.fetch()).toBe('fetch');
      expect(() => part.extra()).toThrow('part.extra');
    }, 'sqs');
    await expect(invoke(() => 1, 'http')).rejects.toMatchObject({ code: 'Throttled' });
  });

  it('of overlapping invocations are distinguished', async () => {
    const { part, invoke, draw } = await at(0.9, { critical: ['sqs'] });
    draw(0.7);
    const outcomes = Array.from({ length: 200 }, (_, index) => {
      const source = index % 2 ? 'sqs' : 'http';
      return invoke(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return part.fetch();
      }, source);
    });
    await new Promise((resolve) => setImmediate(resolve));
    draw(0);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['fetch']));
  });
});

describe('invocations', () => {
  it('are shed by a share that grows until block', async () => {
    for (const [share, expected] of [
      [0.84, 0],
      [0.875, 0.25],
      [0.9, 0.5],
      [0.93, 0.8],
    ] as const) {
      const { one, time, draw } = await at(share);
      let refused = 0;
      for (let index = 0; index < 100; index++) {
        draw(index / 100);
        await run(one, time, 0).catch(() => refused++);
      }
      // The leases of this environment add at most a hundredth.
      expect(Math.abs(refused / 100 - expected), String(share)).toBeLessThanOrEqual(0.02);
      expect(one.report().counts.refused).toBe(refused);
    }
  });

  it('that are shed cost one request, and only the compute that they used', async () => {
    const { one, time, draw } = await at(0.9);
    const before = one.report().lease;
    draw(0);
    await expect(run(one, time, 0)).rejects.toMatchObject({ code: 'Throttled', details: { retryAfter: 5000 } });
    const after = one.report().lease;
    expect([before.requests - after.requests, before.mbMs - after.mbMs]).toEqual([1, MEMORY]);
  });

  it('are refused with errors that have a reason and a time to retry', async () => {
    const { environment, time, ledger } = await account();
    await ledger.mode('2026-11', ['open'], 'reserved');
    await expect(run(environment(), time, 0)).rejects.toMatchObject({
      code: 'Throttled',
      message: "ftpms: invocation refused: the rest of the month's allowance is kept for critical work.",
      details: { why: 'reserved', retryAfter: 2000 },
    });
    await ledger.mode('2026-11', ['reserved'], 'blocked');
    await expect(run(environment(), time, 0)).rejects.toMatchObject({
      name: 'SugaError',
      code: 'Blocked',
      message: "ftpms: invocation refused: the month's allowance is used up, and functions are being stopped.",
      details: { why: 'blocked', retryAfter: 900_000 },
    });
  });
});

describe('levels', () => {
  it('are reported once each, and an error of the listener does no harm', async () => {
    const told: [Level, FtpmsReport][] = [];
    const onLevel = (level: Level, report: FtpmsReport): void => {
      told.push([level, report]);
      throw new Error('thrown by the listener');
    };
    const { one, time, reach, ledger } = await at(0.1, { onLevel });
    for (const share of [0.76, 0.8, 0.9, 0.96, 0.2]) {
      await reach(share);
      await ledger.mode('2026-11', ['blocked'], 'open');
      time.pass(300_000);
      await run(one, time, 0).catch(() => undefined);
    }
    expect(told.map(([level]) => level)).toEqual(['warn', 'throttle', 'block', 'normal']);
    expect(told[0]?.[1]).toMatchObject({ state: 'guarded', level: 'warn', month: '2026-11', ledger: { limit: { requests: 1_000_000 } } });
    expect(warnings).toHaveLength(4);
  });

  it('follow from both quantities and the mode, and come earlier if the cap is lower', async () => {
    const { ledger, time, environment } = await account();
    const month = (await ledger.read('2026-11')) as Month;
    const level = async (): Promise<Level> => {
      const one = environment({ critical: true });
      await run(one, time, 0);
      return one.report().level;
    };
    await ledger.settle(month, { epoch: 2, total: amount(0, PLENTY.mbMs * 0.9), settled: [], settings: monthSettings(PLENTY) });
    expect(await level()).toBe('throttle');
    const cap = amount(500_000, PLENTY.mbMs);
    const settings = { ...monthSettings(PLENTY), cap };
    await ledger.settle((await ledger.read('2026-11')) as Month, { epoch: 3, total: amount(400_000, 0), settled: [], settings });
    expect(await level()).toBe('warn');
    await ledger.mode('2026-11', ['open'], 'reserved');
    expect(await level()).toBe('throttle');
  });
});

describe('through the table', () => {
  const name = (): string => `scope${serial++}`;
  async function deployed(cap = PLENTY, options: FtpmsOptions = {}) {
    inLambda(server.port);
    const scope = name();
    const ledger = table(TABLE, 'guardian').ledger(scope);
    const month = monthOf(Date.now());
    for (const each of [month, monthOf(Date.now() + 86_400_000), monthOf(Date.now() - 86_400_000)])
      await ledger.begin(each, 1, monthSettings(cap, undefined, 10));
    const protection = ftpms({ table: TABLE, scope, guardian: 'guardian', ...options });
    const gateway = createGateway({ part } as never, { middleware: [protection] });
    const invoke = (id = 'r') => control(gateway).run({ id, deadline: Date.now() + 900_000 }, () => 'done');
    return { ledger, month, protection, invoke };
  }

  it('admits and counts without a warning while usage is normal', async () => {
    const { protection, invoke, ledger, month } = await deployed();
    expect(await Promise.all(Array.from({ length: 50 }, () => invoke()))).toHaveLength(50);
    const report = protection.report();
    expect(report).toMatchObject({ state: 'guarded', level: 'normal', month, counts: { admitted: 50, refused: 0, failures: 0 } });
    const known = (await ledger.read(month)) as Month;
    expect(report.ledger?.remaining).toEqual(known.left);
    expect(known.init).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });

  it('holds the cap over environments', async () => {
    const all = [await deployed(amount(60, PLENTY.mbMs))];
    const scope = `scope${serial - 1}`;
    for (let index = 0; index < 9; index++) {
      const protection = ftpms({ table: TABLE, scope, guardian: 'guardian' });
      const gateway = createGateway({ part } as never, { middleware: [protection] });
      all.push({ ...(all[0] as (typeof all)[0]), protection, invoke: () => control(gateway).run({ id: 'r', deadline: Date.now() + 900_000 }, () => 'done') });
    }
    await Promise.allSettled(all.flatMap(({ invoke }) => Array.from({ length: 20 }, () => invoke())));
    const admitted = all.reduce((sum, { protection }) => sum + protection.report().counts.admitted, 0);
    expect(admitted).toBeLessThanOrEqual(60);
    expect(admitted).toBeGreaterThan(0);
    const { mode, left } = (await all[0]?.ledger.read(all[0].month)) as Month;
    expect([mode, left.requests >= 0]).toEqual(['blocked', true]);
  });
});

describe('the guardian', () => {
  it('is called by an environment that is granted nothing', async () => {
    const bodies: unknown[] = [];
    const lambda = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      bodies.push([request.url, JSON.parse(body)]);
      response.writeHead(202).end();
    });
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
    try {
      inLambda(server.port);
      vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`);
      const scope = `scope${serial++}`;
      const now = Date.now();
      for (const at of [now, now + 86_400_000])
        await table(TABLE, 'guardian')
          .ledger(scope)
          .begin(monthOf(at), 1, monthSettings(amount(0, 0)));
      const gateway = createGateway({ part } as never, { middleware: [ftpms({ table: TABLE, scope, guardian: 'guard' })] });
      const invoke = () => control(gateway).run({ id: 'r', deadline: Date.now() + 900_000 }, () => 1);
      await Promise.all(Array.from({ length: 20 }, () => expect(invoke()).rejects.toMatchObject({ code: 'Blocked' })));
      expect(bodies).toEqual([['/2015-03-31/functions/guard/invocations', { ftpms: 'stop', month: monthOf(now) }]]);
    } finally {
      lambda.closeAllConnections();
      await new Promise((resolve) => lambda.close(resolve));
    }
  });
});

describe('the middleware', () => {
  it('warns that it is off, and does nothing', async () => {
    const one = ftpms({ enabled: false });
    expect(warnings).toEqual([expect.stringContaining('SWITCHED OFF')]);
    const gateway = createGateway({ part } as never, { middleware: [one] });
    expect(await control(gateway).run({ id: 'r' }, () => 1)).toBe(1);
    expect(one.report()).toMatchObject({ state: 'off', level: 'normal', counts: { admitted: 0 } });
  });

  it('warns that nothing is guaranteed without a ledger, or outside of Lambda', async () => {
    vi.stubEnv('FTPMS_TABLE', 'ftpms');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', undefined);
    const one = ftpms();
    vi.stubEnv('FTPMS_TABLE', '');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '256');
    ftpms();
    expect(warnings).toEqual([expect.stringContaining('NOTHING IS GUARANTEED'), expect.stringContaining('NOTHING IS GUARANTEED')]);
    const gateway = createGateway({ part } as never, { middleware: [one] });
    for (let index = 0; index < 30; index++) expect(await control(gateway).run({ id: 'r' }, () => 1)).toBe(1);
    expect(one.report()).toMatchObject({ state: 'local', counts: { admitted: 30 }, ledger: { cap: { requests: 950_000, mbMs: 389_120_000_000 } } });
  });

  it('counts and blocks locally, too', async () => {
    const one = ftpms({ requestLimit: 100 });
    const gateway = createGateway({ part } as never, { middleware: [one] });
    const results = await Promise.allSettled(Array.from({ length: 3 }, () => control(gateway).run({ id: 'r' }, () => 1)));
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    let refused = 0;
    for (let index = 0; index < 200; index++)
      await control(gateway)
        .run({ id: 'r' }, () => 1)
        .catch(() => refused++);
    const { counts, level } = one.report();
    expect(level).toBe('block');
    expect(counts.admitted).toBeLessThanOrEqual(95);
    expect(counts.admitted).toBeGreaterThan(80);
    expect(refused).toBe(203 - counts.admitted);
  });

  it('warns that Managed Instances are not protected, and that no guardian is set', () => {
    vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', '64');
    ftpms({ table: 'ftpms' });
    expect(warnings).toEqual([expect.stringContaining('Managed Instances'), expect.stringContaining('FTPMS_GUARDIAN')]);
  });

  it('protects one gateway only', () => {
    const one = ftpms();
    createGateway({ part } as never, { middleware: [one] });
    expect(() => createGateway({ part } as never, { middleware: [one] })).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }));
  });

  it('ignores the end of an invocation that never started', async () => {
    const { environment, time } = await account();
    const one = environment();
    expect(() => one.end(invocation(time))).not.toThrow();
  });
});
