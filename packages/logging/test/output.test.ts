import { spawnSync } from 'node:child_process';
import { createGateway } from '@suga/gateway';
import { logging } from '@suga/logging';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => void vi.unstubAllEnvs());

it('has every line of 200 overlapping invocations when the process is killed right after the last call', () => {
  const body = `
    const { createGateway, control } = require(${JSON.stringify(require.resolve('@suga/gateway'))});
    const { logging } = require(${JSON.stringify(require.resolve('@suga/logging'))});
    const gateway = createGateway({ logging: logging({ buffer: true }) });
    const one = (id) => control(gateway).run({ id }, async () => {
      gateway.logging.setCorrelationId(id);
      gateway.logging.debug('kept');
      await new Promise(setImmediate);
      gateway.logging.error('failed', { pad: 'x'.repeat(500) });
    });
    Promise.all(Array.from({ length: 200 }, (_, i) => one('r' + i))).then(() => {
      gateway.logging.info('last');
      process.kill(process.pid, 'SIGKILL');
    });`;
  const { stdout, signal } = spawnSync(process.execPath, ['-e', body], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect([signal, records.length]).toEqual(['SIGKILL', 401]);
  expect(records.at(-1)).toMatchObject({ message: 'last' });
  for (const record of records.slice(0, -1)) expect(record['correlation_id']).toBe(record['function_request_id']);
});

it.each([
  [{ POWERTOOLS_SERVICE_NAME: 'theirs', POWERTOOLS_LOG_LEVEL: 'DEBUG' }, 'theirs'],
  [{ POWERTOOLS_SERVICE_NAME: 'theirs', SERVICE_NAME: 'ours', LOG_LEVEL: 'debug', POWERTOOLS_LOG_LEVEL: 'error' }, 'ours'],
])("uses Powertools' variables if its own are not set: %j", (environment, service) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const lines: string[] = [];
  createGateway({ logging: logging({ write: (line) => lines.push(line) }) }).logging.debug('m');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service, level: 'DEBUG' });
});

it('contains no line breaks that a reader might recognize, unless it is to be pretty', () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const message = 'a\u2028b\u2029c\u0085d\r\ne';
  createGateway({ logging: logging({ write }) }).logging.info(message);
  createGateway({ logging: logging({ write, pretty: true }) }).logging.info(message);
  expect(lines[0]).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
  expect(lines[1]).toContain('\n  "message"');
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ message });
});

it.each([
  ['1', true],
  ['YES', true],
  ['0', false],
  ['', false],
])('is pretty or not if POWERTOOLS_DEV is %j', (word, pretty) => {
  vi.stubEnv('POWERTOOLS_DEV', word);
  const lines: string[] = [];
  createGateway({ logging: logging({ write: (line) => lines.push(line) }) }).logging.info('m');
  expect(lines[0]?.includes('\n')).toBe(pretty);
});

it('contains all errors of an AggregateError', () => {
  const lines: string[] = [];
  createGateway({ logging: logging({ write: (line) => lines.push(line) }) }).logging.error('m', new AggregateError([new Error('one'), 'two'], 'all'));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { name: 'AggregateError', errors: [{ message: 'one' }, 'two'] } });
});
