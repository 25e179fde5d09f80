import { describe, expect, it, vi } from 'vitest';
import { HeldGrants } from '../src/lease/held-grants.js';
import { initOf } from '../src/lease/init-usage.js';
import { clip, largestLease, RequestSize } from '../src/lease/request-size.js';
import { amount, MEMORY } from './test-environment.js';

const rights = (...grants: readonly (readonly [requests: number, mbMs: number, until: number])[]) => {
  const onUnused = vi.fn();
  const held = new HeldGrants(onUnused);
  for (const [requests, mbMs, until] of grants) held.add(amount(requests, mbMs), until, 0);
  return { held, onUnused };
};

describe('grants', () => {
  it('are used from the oldest on, and returned to the newest first', () => {
    const { held } = rights([1, 100, 100], [2, 200, 200]);
    const taken = held.reserve(150, 20);
    expect(held.held(20)).toEqual(amount(2, 150));
    if (taken) held.giveBack(taken, 120, 20);
    expect([held.held(20), held.held(99), held.held(100), held.held(199), held.held(200)]).toEqual([
      amount(2, 270),
      amount(2, 270),
      amount(2, 200),
      amount(2, 200),
      amount(0, 0),
    ]);
  });

  it('expire together with the oldest if there are more than two', () => {
    const { held } = rights([1, 100, 100], [2, 200, 200], [4, 400, 300]);
    expect([held.held(99), held.held(100), held.held(299), held.held(300)]).toEqual([amount(7, 700), amount(4, 400), amount(4, 400), amount(0, 0)]);
  });

  it('do not expire with a grant that is used up', () => {
    const { held } = rights([1, 100, 100]);
    held.reserve(100, 10);
    held.add(amount(2, 200), 200, 20);
    held.add(amount(4, 400), 300, 30);
    expect([held.held(199), held.held(200)]).toEqual([amount(6, 600), amount(4, 400)]);
    const { held: spent } = rights([1, 100, 100], [1, 100, 200]);
    spent.reserve(200, 10);
    spent.reserve(0, 10);
    spent.add(amount(3, 300), 300, 20);
    expect([spent.held(200), spent.held(300)]).toEqual([amount(3, 300), amount(0, 0)]);
  });

  it('are reserved for all of a request, or not at all', () => {
    const { held } = rights([1, 60, 100], [1, 40, 200]);
    expect(held.reserve(101, 0)).toBeUndefined();
    expect(held.held(0)).toEqual(amount(2, 100));
    expect(held.reserve(100, 0)).toEqual({ older: 60, olderUntil: 100, newer: 40, newerUntil: 200 });
    expect(held.reserve(1, 0)).toBeUndefined();
    expect(held.reserve(0, 0)).toBeDefined();
    expect(held.reserve(0, 0)).toBeUndefined();
  });

  it('lose the request from the older grant first, too', () => {
    const { held } = rights([1, 100, 100], [2, 200, 200]);
    held.reserve(10, 0);
    held.reserve(10, 0);
    expect([held.held(0), held.held(100)]).toEqual([amount(1, 280), amount(1, 200)]);
  });

  it('never live longer than granted', () => {
    const { held } = rights([1, 100, 100]);
    const taken = held.reserve(100, 10);
    held.add(amount(1, 50), 200, 20);
    if (taken) held.giveBack(taken, 80, 30);
    expect([held.held(30), held.held(100), held.held(200)]).toEqual([amount(1, 130), amount(1, 50), amount(0, 0)]);
    // Grants that would live longer expire with the grant that they are merged with.
    const { held: short } = rights([1, 10, 50], [1, 100, 100]);
    const both = short.reserve(110, 0);
    short.add(amount(1, 5), 40, 0);
    if (both) short.giveBack(both, 110, 0);
    expect([short.held(39), short.held(40), short.held(100)]).toEqual([amount(2, 115), amount(1, 0), amount(0, 0)]);
  });

  it('that have expired are not returned', () => {
    const { held } = rights([1, 100, 100]);
    const taken = held.reserve(100, 10);
    if (taken) held.giveBack(taken, 100, 100);
    expect(held.held(100)).toEqual(amount(0, 0));
    held.add(amount(1, 10), 300, 110);
    expect(held.held(110)).toEqual(amount(1, 10));
  });

  it('that have expired do not end others when something is returned to them', () => {
    const { held } = rights([1, 100, 100]);
    const taken = held.reserve(100, 10);
    held.add(amount(1, 10), 300, 110);
    held.add(amount(1, 20), 400, 120);
    if (taken) held.giveBack(taken, 100, 130);
    expect([held.held(130), held.held(300)]).toEqual([amount(2, 30), amount(1, 20)]);
  });

  it('that have expired do not end others when more is granted', () => {
    const { held } = rights([1, 100, 100], [2, 200, 300]);
    held.add(amount(4, 400), 400, 150);
    expect([held.held(150), held.held(300)]).toEqual([amount(6, 600), amount(4, 400)]);
  });

  it('that are used up shorten no others', () => {
    const { held } = rights([1, 10, 100]);
    const taken = held.reserve(10, 0);
    held.add(amount(1, 20), 300, 10);
    held.add(amount(1, 30), 400, 20);
    if (taken) held.giveBack(taken, 0, 50);
    expect([held.held(299), held.held(300)]).toEqual([amount(2, 50), amount(1, 30)]);
  });

  it('that expire with unused requests are reported once', () => {
    const { held, onUnused } = rights([2, 100, 100]);
    held.reserve(10, 0);
    held.held(99);
    expect(onUnused).not.toHaveBeenCalled();
    held.held(100);
    held.held(101);
    expect(onUnused).toHaveBeenCalledTimes(1);
    const { held: used, onUnused: never } = rights([1, 100, 100]);
    used.reserve(10, 0);
    expect(used.held(100)).toEqual(amount(0, 0));
    expect(never).not.toHaveBeenCalled();
  });
});

describe('the requested amount', () => {
  const nothing = amount(0, 0);
  const mean = MEMORY * 100;

  it('is at most two requests per environment, limited to 64 up to 512', () => {
    expect([0, 1, 32, 33, 100, 256, 257, 1000].map(largestLease)).toEqual([64, 64, 64, 66, 200, 512, 512, 512]);
  });

  it('is eight requests at first, doubles each time, and halves when some were not used', () => {
    const size = new RequestSize(MEMORY);
    const ask = () => size.next(amount(1, 1000), nothing, { month: undefined, critical: false }).requests;
    const sizes = [ask()];
    for (let grant = 0; grant < 4; grant++) {
      size.granted();
      sizes.push(ask());
    }
    for (let expired = 0; expired < 6; expired++) size.expired();
    // At most 64 while the month is not known.
    expect([...sizes, ask()]).toEqual([8, 16, 32, 64, 64, 8]);
  });

  it('has the worst case for invocations that wait, and the mean for the others', () => {
    const size = new RequestSize(MEMORY);
    const ask = (held = nothing) => size.next(amount(2, 5000), held, { month: undefined, critical: false });
    expect(ask()).toEqual(amount(8, 5000 + 6 * mean));
    expect(ask(amount(3, 1000))).toEqual(amount(5, 4000 + 6 * mean));
    expect(ask(amount(9, 1e9))).toEqual(nothing);
    size.used(mean + 800);
    expect(ask()).toEqual(amount(8, 5000 + 6 * (mean + 100)));
  });

  it('is what is left if that is less, and nothing if it is not enough for one invocation', () => {
    expect(clip(amount(8, 800), amount(1, 100), amount(3, 5000))).toEqual(amount(3, 800));
    expect(clip(amount(8, 800), amount(1, 100), amount(1, 100))).toEqual(amount(1, 100));
    expect(clip(amount(8, 800), amount(1, 100), amount(0, 100))).toBeUndefined();
    expect(clip(amount(8, 800), amount(1, 100), amount(1, 99))).toBeUndefined();
  });
});

describe('an INIT', () => {
  it('is billed for each started ms, including the time before the process, up to ten seconds', () => {
    const of = (ms: number, beforeMs: number) => initOf({ memoryMb: MEMORY, initMs: () => ms, beforeMs });
    expect([of(0.1, 0), of(99.5, 100), of(-5, 100), of(9_999, 2), of(10_001, 0)]).toEqual([1, 200, 100, 10_000, 10_000].map((ms) => MEMORY * ms));
  });
});
