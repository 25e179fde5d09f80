import { debug } from '@suga/debug';
import { control, createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Histogram } from '../src/profile/histogram.js';
import { toTraceContext } from '../src/trace/trace.js';

const gatewayOf = () => createGateway({ debug: debug() });
const W3C = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const XRAY = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';

describe('the trace context', () => {
  it('is kept while its invocation runs', async () => {
    const gateway = gatewayOf();
    const controls = control(gateway);
    await Promise.all(
      ['1', '2'].map((id) =>
        controls.run({ id }, async () => {
          for (const _ of [1, 2]) gateway.debug.setTraceContext(W3C);
          await Promise.resolve();
          expect(controls.heldState('debug')).toMatch(/^[12] trace contexts$/);
          if (id === '2') for (const _ of [1, 2]) gateway.debug.clearTraceContext();
        }),
      ),
    );
    expect(controls.heldState('debug')).toBeUndefined();
    gateway.debug.setTraceContext(W3C);
    expect(controls.heldState('debug')).toBe('1 trace contexts');
  });

  it('is separate for each part of an invocation, and starts as that of the invocation', async () => {
    const gateway = gatewayOf();
    const controls = control(gateway);
    const other = W3C.replace('00f067aa0ba902b7', '11f067aa0ba902b7');
    const parent = (): string | undefined => gateway.debug.traceContext()?.parentId;
    await controls.run({ id: 'r', traceId: XRAY }, async () => {
      gateway.debug.setTraceContext(W3C);
      const set = controls.runScope(async () => {
        gateway.debug.setTraceContext(other);
        await Promise.resolve();
        return parent();
      });
      const cleared = controls.runScope(async () => {
        gateway.debug.clearTraceContext();
        return parent();
      });
      expect(await Promise.all([set, cleared, controls.runScope(parent)])).toEqual(['11f067aa0ba902b7', '53995c3f42cd8ad8', '00f067aa0ba902b7']);
      expect([parent(), controls.heldState('debug')]).toEqual(['00f067aa0ba902b7', '1 trace contexts']);
    });
    expect(controls.heldState('debug')).toBeUndefined();
  });

  it('applies to work inside of a part, even after that part has ended', async () => {
    const gateway = gatewayOf();
    const controls = control(gateway);
    await controls.run({ id: 'r', traceId: XRAY }, async () => {
      let inner: Promise<unknown> | undefined;
      controls.runScope(() => {
        gateway.debug.setTraceContext(W3C);
        inner = controls.runScope(async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return gateway.debug.traceContext()?.parentId;
        });
      });
      expect(await inner).toBe('00f067aa0ba902b7');
      expect(controls.heldState('debug')).toBeUndefined();
    });
  });

  it('is not kept if it is set after the end of its invocation', async () => {
    const gateway = gatewayOf();
    let late: Promise<void> | undefined;
    await control(gateway).run({ id: 'r' }, () => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => void gateway.debug.setTraceContext(W3C));
    });
    await late;
    expect(control(gateway).heldState('debug')).toBeUndefined();
  });

  it('is parsed from both formats, and written in both', () => {
    expect(toTraceContext(W3C)).toEqual({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      xrayTraceId: '1-4bf92f35-77b34da6a3ce929d0e0e4736',
      parentId: '00f067aa0ba902b7',
      sampled: true,
      traceparent: W3C,
      xrayHeader: 'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1',
    });
    expect(toTraceContext(XRAY)).toMatchObject({
      traceId: '5759e988bd862e3fe1be46a994272793',
      sampled: false,
      traceparent: '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00',
      xrayHeader: XRAY,
    });
    expect(toTraceContext(`Self=1-67891234-12456789abcdef012345678;Sampled=?;${XRAY.split(';')[0]};Lineage=a87bd80c:1`)).toEqual({
      traceId: '5759e988bd862e3fe1be46a994272793',
      xrayTraceId: '1-5759e988-bd862e3fe1be46a994272793',
      xrayHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    });
  });

  it.each([
    '',
    'x'.repeat(10 * 2 ** 20),
    W3C.toUpperCase(),
    W3C.replace('00-', 'ff-'),
    `${W3C}-more`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    'Root=1-5759e988',
    'Parent=53995c3f42cd8ad8',
    '0'.repeat(32),
  ])('is refused for %.40s', (text) => {
    expect(toTraceContext(text)).toBeUndefined();
    expect(() => gatewayOf().debug.setTraceContext(text)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });

  it('of a later version may have more fields at its end', () => expect(toTraceContext(`01${W3C.slice(2)}-more`)?.traceparent).toBe(W3C));

  it('stays unchanged in every format', () => {
    const hex = (length: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length }).filter((id) => /[1-9a-f]/.test(id));
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, parentId, sampled) => {
        const context = toTraceContext(`00-${traceId}-${parentId}-0${sampled ? 1 : 0}`);
        expect(context).toMatchObject({ traceId, parentId, sampled });
        expect(toTraceContext(context?.xrayHeader ?? '')).toEqual(context);
        expect(toTraceContext(context?.traceparent ?? '')).toEqual(context);
        expect(toTraceContext(traceId)?.xrayTraceId).toBe(context?.xrayTraceId);
        expect(toTraceContext(context?.xrayTraceId ?? '')?.traceId).toBe(traceId);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => toTraceContext(text)?.traceId !== ''));
  });

  it('belongs to its invocation, for 200 that overlap', async () => {
    const gateway = gatewayOf();
    const { debug: one } = gateway;
    one.setTraceContext(W3C);
    const ids = Array.from({ length: 200 }, () => [one.traceId(), one.traceId()] as const);
    const seen = await Promise.all(
      ids.map(([given, set], index) =>
        control(gateway).run({ id: `${index}`, traceId: given }, async () => {
          const before = one.traceContext()?.traceId;
          await new Promise(setImmediate);
          if (index % 2) one.setTraceContext(set);
          await new Promise(setImmediate);
          const between = one.traceContext()?.traceId;
          one.clearTraceContext();
          return [before, between, one.traceContext()?.traceId];
        }),
      ),
    );
    expect(seen).toEqual(ids.map(([given, set], index) => [given, index % 2 ? set : given, given]));
    expect(one.traceContext()?.traceparent).toBe(W3C);
    one.clearTraceContext();
    expect(one.traceContext()).toBeUndefined();
    await control(gateway).run({ id: 'none' }, () => expect(one.traceContext()).toBeUndefined());
    await control(gateway).run({ id: 'garbage', traceId: 'garbage' }, () => expect(one.traceContext()).toBeUndefined());
  });

  it('can be created', () => {
    const { traceId } = gatewayOf().debug;
    vi.spyOn(Date, 'now').mockReturnValue(0x5759e988 * 1000);
    expect([traceId(), traceId('xray')]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^1-5759e988-[0-9a-f]{24}$/)]);
    vi.restoreAllMocks();
    expect(new Set(Array.from({ length: 1000 }, () => traceId())).size).toBe(1000);
  });
});

it('a histogram returns every percentile within an eighth', () => {
  const time = fc.double({ min: 1e-4, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), (times) => {
      const histogram = new Histogram();
      for (const each of times) histogram.add(each, each > 1);
      const sorted = times.toSorted((one, other) => one - other);
      const told = histogram.read();
      for (const [share, value] of [
        [0.5, told.p50],
        [0.95, told.p95],
        [0.99, told.p99],
      ] as const) {
        const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
        expect(value).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(value).toBeLessThanOrEqual(exact * 1.1251);
      }
      expect(told).toMatchObject({ count: times.length, failures: times.filter((each) => each > 1).length, max: sorted.at(-1) });
    }),
  );
  expect(new Histogram().read()).toEqual({ count: 0, failures: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 });
});
