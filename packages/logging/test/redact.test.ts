import { createGateway } from '@suga/gateway';
import { type LoggingOptions, logging } from '@suga/logging';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type LogRecord = Record<string, unknown>;
function logged(extra: object, options: LoggingOptions = {}, message = 'm'): LogRecord {
  const lines: string[] = [];
  createGateway({ logging: logging({ write: (line) => lines.push(line), ...options }) }).logging.info(message, extra);
  return JSON.parse(lines[0] ?? 'null') as LogRecord;
}
const HIDDEN = '[redacted]';

describe('secrets by name', () => {
  const names = ['password', 'PASSWD', 'db_password', 'clientSecret', 'client-secret', 'accessToken', 'X-Api-Key', 'apiKey', 'Authorization', 'auth'];
  names.push('credentials', 'Set-Cookie', 'cookies', 'private_key', 'secretAccessKey', 'x-amz-security-token', 'proxy-authorization', 'connectionString');
  it.each(names)('%s is hidden at every depth', (name) => {
    const secret = 'hunter2';
    const error = Object.assign(new Error('e', { cause: Object.assign(new Error('c'), { [name]: secret }) }), { [name]: 5 });
    const record = logged({ [name]: secret, deep: [{ map: new Map([[name, { a: secret }]]) }], error });
    expect(record[name]).toBe(HIDDEN);
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(record['error']).toMatchObject({ [name]: HIDDEN, message: 'e', cause: { message: 'c', [name]: HIDDEN } });
  });

  it('are hidden in a circular record too', () => {
    const ring: LogRecord = { password: 'hunter2', text: 'Bearer abcdefghijkl' };
    ring['self'] = ring;
    expect(logged({ ring })['ring']).toEqual({ password: HIDDEN, text: `Bearer ${HIDDEN}`, self: '[circular]' });
  });

  it('do not include similar names, nor booleans, null and undefined', () => {
    const shown = { max_tokens: 5, secretArn: 'arn', accessKeyId: 'AKIA', password_policy: 'strict', author: 'a', isAuth: true, token: null };
    expect(logged(shown)).toMatchObject(shown);
  });

  it('can be added, excluded, replaced or switched off', () => {
    const extra = { ssn: '1', customer_SSN: '2', nextToken: '3', accessToken: '4', 'x-internal': '5' };
    const redact = { keys: ['ssn', /^x-/], show: ['next_token'], replacement: '***' };
    expect(logged(extra, { redact })).toMatchObject({ ssn: '***', customer_SSN: '***', nextToken: '3', accessToken: '***', 'x-internal': '***' });
    expect(logged(extra, { redact: false })).toMatchObject(extra);
  });

  it('stay hidden if there are many names', () => {
    const extra = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`n${index}`, index]));
    expect(logged({ extra, password: 'hunter2' })['password']).toBe(HIDDEN);
  });
});

describe('secrets within strings', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
  it.each([
    [`got ${jwt}!`, `got ${HIDDEN}!`],
    ['authorization: Bearer abc.def-ghi123', `authorization: Bearer ${HIDDEN}`],
    ['mongodb://user:hunter2@host/db?a=1', `mongodb://user:${HIDDEN}@host/db?a=1`],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter', `${HIDDEN}\nafter`],
    ['-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,4F\n\nMI-IE\n-----END EC PRIVATE KEY-----\nafter', `${HIDDEN}\nafter`],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: a-b\n\nlQ-\n-----END PGP PRIVATE KEY BLOCK-----\nafter', `${HIDDEN}\nafter`],
    ['-----BEGIN PRIVATE KEY-----\\nMIIE-----not its end', HIDDEN],
    ['BEARER abc.def-ghi123 and bearer abc.def-ghi123', `BEARER ${HIDDEN} and bearer ${HIDDEN}`],
    ['postgres://u:a:b@host, redis://:p@ss@host', `postgres://u:${HIDDEN}@host, redis://:${HIDDEN}@host`],
    [`mysql://${'u'.repeat(300)}@server:${'p'.repeat(5000)}@host/db`, `mysql://${'u'.repeat(300)}@server:${HIDDEN}@host/db`],
    ['{"at":"http://host:3000","to":"ann@example.com"}', '{"at":"http://host:3000","to":"ann@example.com"}'],
    [
      'file:///var/task/index.mjs:10:5 https://host:8080/a@b the bearer of news eyJust',
      'file:///var/task/index.mjs:10:5 https://host:8080/a@b the bearer of news eyJust',
    ],
  ])('%j', (text, shown) => {
    expect(logged({ deep: [text], error: new Error(text) }, {}, text)).toMatchObject({ message: shown, deep: [shown], error: { message: shown } });
  });

  it('are found by patterns from the options, whatever their flags', () => {
    const record = logged({ a: '4111-1111 and 5222-2222' }, { redact: { patterns: [/\d{4}-\d{4}/y], replacement: '$&' } }, '4111-1111');
    expect(record).toMatchObject({ message: '$&', a: '$& and $&' });
  });

  it.each([
    ['://', ':a'],
    ['://', '://a:'],
    ['://u:', 'a:'],
    ['://u:', 'a@'],
    ['://', 'a@'],
    ['eyJ', 'eyJaaaaaaaa.'],
    ['Bearer ', 'earer '],
    ['-----BEGIN PRIVATE KEY-----', ' PRIVATE KEY-----'],
    ['-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----'],
    ['-----BEGIN PRIVATE KEY-----', '-----END'],
  ])('are searched in linear time: %s', (start, again) => {
    const text = start + again.repeat(32_000 / again.length);
    // Measures the CPU time of this process, because other work on the machine does not lengthen it. In quadratic time it would be minutes.
    const before = process.cpuUsage().user;
    for (let round = 0; round < 20; round++) logged({ text });
    expect(process.cpuUsage().user - before).toBeLessThan(10_000_000);
  });
});

it('no secret with a known name or pattern is written, wherever it is', () => {
  const names = fc.constantFrom('password', 'api_key', 'Authorization', 'sessionToken');
  const marked = fc.oneof(
    names.map((name) => ({ [name]: 'hunter2' })),
    names.map((name) => new Map([[name, ['hunter2']]])),
    fc.constant('x://u:hunter2@h'),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 5 }, marked, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  }));
  fc.assert(fc.property(tree, (value) => !JSON.stringify(logged({ value })).includes('hunter2')));
});

it.each([{ keys: ['-'] }, { keys: [5 as never] }, { show: [''] }, { patterns: ['x' as never] }])('refuses invalid options: %j', (redact) => {
  expect(() => logged({}, { redact })).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams' }) }));
});
