import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { awsClient } from '@suga/gateway/aws';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf } from './fixtures/notes.js';

let taskRoot: string;
const install = (code: string) => {
  const folder = join(taskRoot, 'node_modules', '@aws-sdk', 'client-ssm');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), code);
};

beforeEach(() => {
  taskRoot = mkdtempSync(join(tmpdir(), 'task-'));
  vi.stubEnv('LAMBDA_TASK_ROOT', taskRoot);
});
afterEach(() => vi.unstubAllEnvs());

describe('awsClient', () => {
  it("makes a client of the function's own SDK, with the settings", () => {
    install('exports.SSM = class { constructor(settings) { this.settings = settings; } };');
    expect(awsClient<{ settings: object }>('client-ssm', 'SSM', { who: 'config', settings: { region: 'eu-west-1' } }).settings).toEqual({
      region: 'eu-west-1',
    });
    expect(awsClient<{ settings: object }>('client-ssm', 'SSM', { who: 'config' }).settings).toEqual({});
  });

  it('says what to do where there is none', async () => {
    const error = await errorOf(() => awsClient('client-nothing', 'Nothing', { who: 'config' }));
    expect(error).toMatchObject({
      name: 'SugaError',
      code: 'NotInstalled',
      message: expect.stringMatching(/^config needs @aws-sdk\/client-nothing: .*pass a client/),
      cause: { code: 'MODULE_NOT_FOUND' },
    });
  });

  it('lets the error of an SDK that cannot be loaded through', async () => {
    install('require("not-there")');
    expect(await errorOf(() => awsClient('client-ssm', 'SSM', { who: 'config' }))).toMatchObject({ message: expect.stringContaining("'not-there'") });
  });

  it.each([['undefined'], ['{ text: "no error" }'], ['"a text"']])('whatever it is that is thrown: %s', async (thrown) => {
    install(`throw ${thrown}`);
    const [outcome] = await Promise.allSettled([(async () => awsClient('client-ssm', 'SSM', { who: 'config' }))()]);
    expect(outcome).toEqual({ status: 'rejected', reason: new Function(`return ${thrown}`)() });
  });
});

describe('errors', () => {
  it.each([
    [-5, '-5'],
    [null, 'null'],
    ['', '""'],
    ['a secret', 'string'],
    [true, 'true'],
    [{}, 'object'],
  ])('invalidParam tells of %o as %s', (value, got) => {
    const error = invalidParam('cache', 'ttl', value, 'a number above 0');
    expect(error).toMatchObject({ code: 'InvalidParams', message: `cache: "ttl" must be a number above 0, got ${got}.` });
    expect(error.issues).toEqual([{ param: 'ttl', problem: 'invalid', expected: 'a number above 0', got }]);
  });

  it('carries details, and codes of an interface', () => {
    const error = new SugaError<'CircuitOpen'>('CircuitOpen', 'open', { details: { retryAfter: 5 } });
    expect(error.code satisfies 'CircuitOpen').toBe('CircuitOpen');
    expect(error.details).toEqual({ retryAfter: 5 });
  });

  it('have a cause, no issues and no details but those that were given', () => {
    const bare = new SugaError('Blocked', 'no');
    expect([bare.issues, bare.details, 'cause' in bare]).toEqual([[], {}, false]);
    for (const cause of [null, 0, '', new Error('why')]) expect(new SugaError('Blocked', 'no', { cause })).toHaveProperty('cause', cause);
  });

  it('have no cause at all where it is undefined, which would be printed', () => {
    for (const error of [new SugaError('Blocked', 'no', { cause: undefined }), invalidParam('cache', 'ttl', 'x', 'a number')]) {
      expect(Object.hasOwn(error, 'cause')).toBe(false);
      expect(inspect(error)).not.toContain('[cause]');
    }
  });
});
