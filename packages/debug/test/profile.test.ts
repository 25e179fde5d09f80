import { debug } from '@suga/debug';
import { type AnyInterface, control, createGateway, type Interface } from '@suga/gateway';
import { afterEach, describe, expect, it, vi } from 'vitest';

const fresh = () => createGateway({ debug: debug() }).debug;
afterEach(() => void vi.restoreAllMocks());

describe('profiles', () => {
  it('measure how much a work leaves on the heap', async () => {
    const profile = await fresh().memoryProfile(() => Array.from({ length: 1_000_000 }, (_, index) => ({ index })));
    expect(profile.collected).toBe(true);
    expect(profile.delta.heapUsed).toBeGreaterThan(8e6);
    expect(profile.delta.heapUsed).toBe(profile.after.heapUsed - profile.before.heapUsed);
    await expect(fresh().memoryProfile(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  });

  it('measure the load of each interface, and unload what was loaded for it', async () => {
    const heavy: AnyInterface = { operations: { go: { params: {} } }, load: () => ({ operations: { go: () => 1, data: new Array(1e6).fill(0) } }) };
    const keeping: AnyInterface = { ...heavy, load: () => ({ operations: { go: () => 1 }, heldState: () => '1 entry' }) };
    const broken: AnyInterface = {
      ...heavy,
      load: () => {
        throw new Error('no disk');
      },
    };
    const gateway = createGateway({ debug: debug(), heavy, keeping, broken } as Record<string, Interface<object>>);
    const { interfaces } = await (gateway['debug'] as ReturnType<typeof fresh>).memoryProfile();
    expect(Object.keys(interfaces ?? {})).toEqual(['heavy', 'keeping', 'broken']);
    expect(interfaces?.['heavy']?.heapUsed).toBeGreaterThan(4e6);
    expect(interfaces?.['broken']?.error).toContain('no disk');
    const loaded = Object.entries(control(gateway).stats().interfaces).flatMap(([name, each]) => (each.loaded ? [name] : []));
    expect(loaded).toEqual(['debug', 'keeping']);
  });

  it('measure how long a work takes', async () => {
    const work = vi.fn(() => 1);
    const profile = await fresh().timingProfile(work, { runs: 50, warmup: 5 });
    expect(work).toHaveBeenCalledTimes(55);
    expect(profile).toMatchObject({ count: 50, complete: true });
    const { min, p50, p95, p99, max } = profile;
    expect([min, p50, p95, p99, max]).toEqual([min, p50, p95, p99, max].toSorted((one, other) => one - other));
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now);
    const slow = await fresh().timingProfile(() => void (now += 40), { runs: 50, warmup: 0, limit: 100 });
    expect(slow).toMatchObject({ count: 3, complete: false });
    await expect(fresh().timingProfile(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await expect(fresh().timingProfile(work, { runs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({ code: 'InvalidParams' });
  });
});
