import { afterEach, describe, expect, it, vi } from 'vitest';
import { settings } from '../src/config.js';
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
    [{ warn: 0 }, 'ftpms: thresholds/warn is 0: must be a share above 0 and up to 1, or a percentage from 2 to 100.'],
    [{ warn: 0.9 }, 'ftpms: thresholds/warn is 0.9: must be below throttle, which is 0.85.'],
    [{ throttle: 0.95 }, 'ftpms: thresholds/throttle is 0.95: must be below block, which is 0.95.'],
    [{ block: 0.5 }, 'ftpms: thresholds/block is 0.5: must be above throttle, which is 0.85.'],
    [{ throttle: 0.7 }, 'ftpms: thresholds/throttle is 0.7: must be above warn, which is 0.75.'],
    [{ block: 1.5 }, 'ftpms: thresholds/block is 1.5: must be a share above 0 and up to 1, or a percentage from 2 to 100.'],
    [{ block: 101 }, 'ftpms: thresholds/block is 101'],
    [{ block: Number.NaN }, 'ftpms: thresholds/block is NaN'],
    [{ block: '1' as never }, 'ftpms: thresholds/block is "1"'],
    [{ warn: -1 }, 'ftpms: thresholds/warn is -1'],
    [null as never, 'ftpms: thresholds is null: must be an object.'],
  ])('refuse thresholds %j by name', (given, message) => expect(refusal(() => settings({ thresholds: given }))).toContain(message));

  it.each([
    ['FTPMS_WARN_THRESHOLD', '90', 'ftpms: FTPMS_WARN_THRESHOLD is 0.9: must be below throttle'],
    ['FTPMS_BLOCK_THRESHOLD', 'high', 'ftpms: FTPMS_BLOCK_THRESHOLD is "high": must be a share'],
    ['FTPMS_REQUEST_LIMIT', '-5', 'ftpms: FTPMS_REQUEST_LIMIT is "-5": must be a number above 0'],
    ['FTPMS_GB_SECONDS_LIMIT', '1e300', 'ftpms: FTPMS_GB_SECONDS_LIMIT is "1e300"'],
    ['FTPMS_ENABLED', 'perhaps', 'ftpms: FTPMS_ENABLED is "perhaps": must be one of true'],
    ['FTPMS_FAIL_MODE', 'ajar', 'ftpms: FTPMS_FAIL_MODE is "ajar": must be "closed" or "open".'],
    ['FTPMS_EMERGENCY', 'many', 'ftpms: FTPMS_EMERGENCY is "many": must be a whole number from 0'],
    ['FTPMS_AFTER_MS', '0.5', 'ftpms: FTPMS_AFTER_MS is "0.5": must be a whole number from 0 to 900000'],
    ['FTPMS_SCOPE', 'a#b', 'ftpms: FTPMS_SCOPE is "a#b": must be 1 to 128 letters'],
  ])('refuse %s=%s by name', (name, value, message) => {
    vi.stubEnv(name, value);
    expect(refusal(() => settings({}))).toContain(message);
  });

  it.each([
    [{ enabled: 'yes' }, 'enabled is "yes": must be true or false'],
    [{ table: '' }, 'table is ""'],
    [{ table: 5 }, 'table is 5'],
    [{ scope: 'x'.repeat(10_000_000) }, 'scope is "xxx'],
    [{ scope: '__proto__#' }, 'scope is'],
    [{ critical: 'sqs' }, 'critical is "sqs"'],
    [{ critical: [''] }, 'critical is object'],
    [{ guardian: {} }, 'guardian is object'],
    [{ emergency: -1 }, 'emergency is -1'],
    [{ emergency: 1.5 }, 'emergency is 1.5'],
    [{ emergency: '1' }, 'emergency is "1"'],
    [{ afterMs: -1 }, 'afterMs is -1'],
    [{ afterMs: 900_001 }, 'afterMs is 900001'],
    [{ gbSecondsLimit: Number.POSITIVE_INFINITY }, 'gbSecondsLimit is Infinity'],
    [{ requestLimit: '5' }, 'requestLimit is "5"'],
    [{ onLevel: 'log' }, 'onLevel is "log"'],
    [{ failMode: null }, 'failMode is null'],
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

  it.each([null, 'x', 5])('refuse %j for options', (options) => expect(refusal(() => settings(options as never))).toContain('ftpms: options is'));
});
