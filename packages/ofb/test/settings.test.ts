import { ofb } from '@suga/ofb';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestGateway } from './test-gateway.js';

afterEach(() => {
  delete process.env['OFB_ENABLED'];
});

describe('settings', () => {
  it.each([
    ['options', 7],
    ['options', null],
    ['enabled', { enabled: 'yes' }],
    ['window', { window: -1 }],
    ['window', { window: Number.NaN }],
    ['window', { window: '5' }],
    ['window', { window: 5000 }],
    ['sequences', { sequences: 7 }],
    ['sequences', { sequences: [] }],
    ['sequences/maxWaste', { sequences: { maxWaste: 2 } }],
    ['sequences/minObservations', { sequences: { minObservations: 0 } }],
    ['sequences/maxFollowers', { sequences: { maxFollowers: 'all' } }],
  ])('that are wrong are refused by name: %s', (name, options) => {
    expect(() => ofb(options as never)).toThrow(expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) }));
  });

  it('come from OFB_ENABLED, unless the option is set', () => {
    for (const text of ['true', '1', 'YES', ' on ', '']) {
      process.env['OFB_ENABLED'] = text;
      expect(ofb().explain().enabled).toBe(true);
    }
    for (const text of ['false', '0', 'No', 'off']) {
      process.env['OFB_ENABLED'] = text;
      expect(ofb().explain().enabled).toBe(false);
      expect(ofb({ enabled: true }).explain().enabled).toBe(true);
    }
    process.env['OFB_ENABLED'] = 'perhaps';
    expect(() => ofb()).toThrow(/OFB_ENABLED/);
  });
});

describe('explain', () => {
  it('is JSON, and a copy', async () => {
    const { kv, fusing } = createTestGateway();
    await Promise.all([kv.get('a'), kv.set('b', 1)]);
    const report = fusing.explain();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    await Promise.all([kv.get('a'), kv.set('b', 1)]);
    expect(report).toMatchObject({ calls: 2, batchCalls: 1, saved: 1, largest: 2 });
  });
});
