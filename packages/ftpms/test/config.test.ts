import { afterEach, describe, expect, it, vi } from 'vitest';
import { settings } from '../src/config.js';
import { configuration } from '../src/guardian/config.js';
import { ftpms } from '../src/index.js';

afterEach(() => void vi.unstubAllEnvs());
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ name: 'SugaError', code: 'InvalidParams' });
    return (error as Error).message;
  }
  return 'nothing was refused';
};

describe('settings', () => {
  it('have defaults', () => {
    expect(settings({})).toMatchObject({
      enabled: true,
      table: undefined,
      scope: 'account',
      failMode: 'closed',
      emergency: 10,
      afterMs: 0,
      limit: { requests: 1_000_000, mbMs: 409_600_000_000 },
      thresholds: { warn: 0.75, throttle: 0.85, block: 0.95 },
      memoryMb: 128,
    });
    expect(settings({}).isCritical('sqs')).toBe(false);
  });

  it('come from the environment, and options win', () => {
    const variables = {
      FTPMS_ENABLED: 'No',
      FTPMS_TABLE: ' ledger ',
      FTPMS_SCOPE: 'team-a',
      FTPMS_CRITICAL: 'sqs, apigw-v2',
      FTPMS_GUARDIAN: 'guard',
      FTPMS_FAIL_MODE: 'open',
      FTPMS_EMERGENCY: '3',
      FTPMS_AFTER_MS: '500',
      FTPMS_GB_SECONDS_LIMIT: '1000',
      FTPMS_REQUEST_LIMIT: '2000',
      FTPMS_WARN_THRESHOLD: '50',
      FTPMS_THROTTLE_THRESHOLD: '0.6',
      FTPMS_BLOCK_THRESHOLD: '89.9',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const read = settings({});
    expect(read).toMatchObject({
      enabled: false,
      table: 'ledger',
      scope: 'team-a',
      guardian: 'guard',
      failMode: 'open',
      emergency: 3,
      afterMs: 500,
      limit: { requests: 2000, mbMs: 1_024_000_000 },
      thresholds: { warn: 0.5, throttle: 0.6 },
      memoryMb: 512,
    });
    expect(read.thresholds.block).toBeCloseTo(0.899);
    expect(['sqs', 'apigw-v2', 'sns', undefined].map(read.isCritical)).toEqual([true, true, false, false]);
    expect(settings({ emergency: 0, afterMs: 0 })).toMatchObject({ emergency: 0, afterMs: 0 });
    const given = settings({ enabled: true, table: 't', critical: false, thresholds: { block: 1 }, requestLimit: 5, failMode: 'closed' });
    expect(given).toMatchObject({ enabled: true, table: 't', failMode: 'closed', limit: { requests: 5 }, thresholds: { warn: 0.5, throttle: 0.6, block: 1 } });
    expect(given.isCritical('sqs')).toBe(false);
  });

  it.each([
    ['true', true],
    ['no', false],
    ['', false],
  ])('FTPMS_CRITICAL=%j is for all or none', (value, expected) => {
    vi.stubEnv('FTPMS_CRITICAL', value);
    expect(settings({}).isCritical('anything')).toBe(expected);
  });

  it.each([
    [
      { warn: 75, throttle: 85, block: 95 },
      { warn: 0.75, throttle: 0.85, block: 0.95 },
    ],
    [{ block: 100 }, { warn: 0.75, throttle: 0.85, block: 1 }],
  ])('read %j as shares', (given, expected) => expect(settings({ thresholds: given }).thresholds).toEqual(expected));

  it.each([
    [{ warn: 0 }, 'ftpms: "thresholds/warn" must be a share above 0 and up to 1, or a percentage from 2 to 100, got 0.'],
    [{ warn: 0.9 }, 'ftpms: "thresholds/warn" must be below throttle, which is 0.85, got 0.9.'],
    [{ throttle: 0.95 }, 'ftpms: "thresholds/throttle" must be below block, which is 0.95, got 0.95.'],
    [{ block: 0.5 }, 'ftpms: "thresholds/block" must be above throttle, which is 0.85, got 0.5.'],
    [{ throttle: 0.7 }, 'ftpms: "thresholds/throttle" must be above warn, which is 0.75, got 0.7.'],
    [{ block: 1.5 }, 'ftpms: "thresholds/block" must be a share above 0 and up to 1, or a percentage from 2 to 100, got 1.5.'],
    [{ block: 101 }, 'ftpms: "thresholds/block" must be a share above 0 and up to 1, or a percentage from 2 to 100, got 101.'],
    [{ block: Number.NaN }, 'ftpms: "thresholds/block" must be a share above 0 and up to 1, or a percentage from 2 to 100, got NaN.'],
    [{ block: '1' as never }, 'ftpms: "thresholds/block" must be a share above 0 and up to 1, or a percentage from 2 to 100, got "1".'],
    [{ warn: -1 }, 'ftpms: "thresholds/warn" must be a share above 0 and up to 1, or a percentage from 2 to 100, got -1.'],
    [null as never, 'ftpms: "thresholds" must be an object, got null.'],
  ])('refuse thresholds %j by name', (given, message) => expect(refusal(() => settings({ thresholds: given }))).toContain(message));

  it.each([
    ['FTPMS_WARN_THRESHOLD', '90', 'ftpms: "FTPMS_WARN_THRESHOLD" must be below throttle, which is 0.85, got 0.9.'],
    ['FTPMS_BLOCK_THRESHOLD', 'high', 'ftpms: "FTPMS_BLOCK_THRESHOLD" must be a share above 0 and up to 1, or a percentage from 2 to 100, got "high".'],
    ['FTPMS_REQUEST_LIMIT', '-5', 'ftpms: "FTPMS_REQUEST_LIMIT" must be a number above 0 and at most 8796093022, got "-5".'],
    ['FTPMS_GB_SECONDS_LIMIT', '1e300', 'ftpms: "FTPMS_GB_SECONDS_LIMIT" must be a number above 0 and at most 8796093022, got "1e300".'],
    ['FTPMS_ENABLED', 'perhaps', 'ftpms: "FTPMS_ENABLED" must be one of true, 1, yes, on, false, 0, no, off, got "perhaps".'],
    ['FTPMS_FAIL_MODE', 'ajar', 'ftpms: "FTPMS_FAIL_MODE" must be "closed" or "open", got "ajar".'],
    ['FTPMS_EMERGENCY', 'many', 'ftpms: "FTPMS_EMERGENCY" must be an integer of at least 0, got "many".'],
    ['FTPMS_AFTER_MS', '0.5', 'ftpms: "FTPMS_AFTER_MS" must be an integer from 0 to 900000, got "0.5".'],
    ['FTPMS_SCOPE', 'a#b', 'ftpms: "FTPMS_SCOPE" must be 1 to 128 letters, digits or _ . : / -, got "a#b".'],
  ])('refuse %s=%s by name', (name, value, message) => {
    vi.stubEnv(name, value);
    expect(refusal(() => settings({}))).toContain(message);
  });

  it.each([
    [{ enabled: 'yes' }, '"enabled" must be true or false, got string.'],
    [{ table: '' }, '"table" must be a non-empty string, got "".'],
    [{ table: 5 }, '"table" must be a non-empty string, got 5.'],
    [{ scope: 'x'.repeat(10_000_000) }, '"scope" must be 1 to 128 letters, digits or _ . : / -, got "xxx'],
    [{ scope: '__proto__#' }, '"scope" must be 1 to 128 letters, digits or _ . : / -, got "__proto__#".'],
    [{ critical: 'sqs' }, '"critical" must be true, false or an array of event sources, got "sqs".'],
    [{ critical: [''] }, '"critical" must be true, false or an array of event sources, got object.'],
    [{ guardian: {} }, '"guardian" must be a non-empty string, got object.'],
    [{ emergency: -1 }, '"emergency" must be an integer of at least 0, got -1.'],
    [{ emergency: 1.5 }, '"emergency" must be an integer of at least 0, got 1.5.'],
    [{ emergency: '1' }, '"emergency" must be an integer of at least 0, got string.'],
    [{ afterMs: -1 }, '"afterMs" must be an integer from 0 to 900000, got -1.'],
    [{ afterMs: 900_001 }, '"afterMs" must be an integer from 0 to 900000, got 900001.'],
    [{ gbSecondsLimit: Number.POSITIVE_INFINITY }, '"gbSecondsLimit" must be a number above 0 and at most 8796093022, got Infinity.'],
    [{ requestLimit: '5' }, '"requestLimit" must be a number above 0 and at most 8796093022, got string.'],
    [{ onLevel: 'log' }, '"onLevel" must be a function, got "log".'],
    [{ failMode: null }, '"failMode" must be "closed" or "open", got null.'],
  ])('refuse options %#', (options, message) => {
    const told = refusal(() => settings(options as never));
    expect(told).toContain(`ftpms: ${message}`);
    expect(told.length).toBeLessThan(300);
  });

  it.each([
    [{ table: 'ledger' }, 'ftpms: this is not a Lambda function, so FTPMS_TABLE is ignored. This environment counts only its own use'],
    [{}, 'ftpms: FTPMS_TABLE is not set. This environment counts only its own use'],
  ])('say why %j counts only its own use', (options, words) => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    expect(ftpms(options).report().state).toBe('local');
    expect(warn.mock.calls).toEqual([[expect.stringContaining(words)]]);
    warn.mockRestore();
  });

  it.each([
    [null, 'null'],
    ['x', 'string'],
    [5, '5'],
    [[], 'an array'],
  ])('refuse %j for options', (options, got) => {
    for (const read of [settings, configuration]) {
      expect(refusal(() => read(options as never))).toContain(`ftpms: "options" must be an object, got ${got}.`);
    }
    if (options !== null) expect(refusal(() => settings({ thresholds: options as never }))).toContain(`ftpms: "thresholds" must be an object, got ${got}.`);
  });

  it('of the guardian are read without the spaces around them', () => {
    vi.stubEnv('FTPMS_TABLE', ' ledger ');
    vi.stubEnv('FTPMS_TOPIC', ' arn:aws:sns:eu-west-1:123456789012:alerts\n');
    vi.stubEnv('FTPMS_FUNCTIONS', 'orders');
    expect(configuration()).toMatchObject({ table: 'ledger', topic: 'arn:aws:sns:eu-west-1:123456789012:alerts' });
    vi.stubEnv('FTPMS_TOPIC', ' ');
    expect(configuration({ table: ' other ' })).toMatchObject({ table: 'other', topic: undefined });
  });
});
