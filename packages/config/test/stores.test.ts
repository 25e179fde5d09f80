import { AppConfigData } from '@aws-sdk/client-appconfigdata';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SSM } from '@aws-sdk/client-ssm';
import { appConfig, Fault, parameterStore, type Service, secretsManager, startAws } from '@suga/aws-fakes';
import { type Config, type ConfigOptions, config } from '@suga/config';
import { control, createGateway } from '@suga/gateway';
import { until } from '@suga/vitest/until';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
afterEach(() => void vi.restoreAllMocks());
const at = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(ms);
const SECRET = 'hunter2-do-not-print';

async function stage(services: readonly Service[], options: ConfigOptions = {}) {
  const aws = await startAws(...services);
  const clients = { ssm: new SSM(aws.settings), secretsManager: new SecretsManager(aws.settings), appConfig: new AppConfigData(aws.settings) };
  const gateway = createGateway({ config: config({ environment: {}, clients, timeout: 600_000, ...options }) });
  return { aws, gateway, settings: gateway.config, asked: () => aws.calls.map(({ operation, input }) => [operation, input]), [Symbol.asyncDispose]: aws.close };
}
const throttled = () => {
  throw new Fault('ThrottlingException', 'Rate exceeded');
};
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error) => error,
  );

describe('parameters', () => {
  it('are read once, decrypted, and cached', async () => {
    await using on = await stage([parameterStore({ '/app/url': 'https://a', '/app/key': { value: 'k', secure: true } }).service]);
    expect(await on.settings.getParameter('/app/url')).toBe('https://a');
    expect(await on.settings.getParameter('/app/url')).toBe('https://a');
    expect(await on.settings.getParameter('/app/key')).toBe('k');
    expect(await on.settings.getParameter('/app/key', { decrypt: false })).not.toBe('k');
    expect(on.aws.calls).toHaveLength(3);
    expect(on.settings.stats().stores).toMatchObject({ hits: 1, misses: 3, calls: 3 });
  });

  it('are read ten per request, and returned in the order of the names', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `/app/p${index}`);
    await using on = await stage([parameterStore(Object.fromEntries(names.map((name) => [name, `value of ${name}`]))).service]);
    expect(await on.settings.getParameters([...names, '/app/p0'])).toEqual([...names, '/app/p0'].map((name) => `value of ${name}`));
    expect(on.asked().map(([, input]) => (input as { Names: string[] }).Names.length)).toEqual([10, 10, 3]);
    expect(await on.settings.getParameters([])).toEqual([]);
  });

  it('of a hundred overlapping invocations need as few requests as the service allows', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `/app/p${index}`);
    await using on = await stage([parameterStore(Object.fromEntries(names.map((name) => [name, name]))).service]);
    const one = (index: number) =>
      control(on.gateway).run({ id: `r${index}` }, async () => {
        await null;
        return Promise.all([on.settings.getParameter('/app/p0'), on.settings.getParameter(names[index % 20] as string)]);
      });
    const values = await Promise.all(Array.from({ length: 100 }, (_, index) => one(index)));
    expect(values.every(([first, own], index) => first === '/app/p0' && own === names[index % 20])).toBe(true);
    expect(on.aws.calls).toHaveLength(2);
  });

  it('are found by version and by ARN, too', async () => {
    const store = parameterStore({ '/app/url': 'one' });
    store.put('/app/url', 'two');
    await using on = await stage([store.service]);
    const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/url';
    expect(await on.settings.getParameters(['/app/url', '/app/url:1', arn, `${arn}:1`])).toEqual(['two', 'one', 'two', 'one']);
  });

  it('that fail do not affect others, and errors contain name and permission but no value', async () => {
    const store = parameterStore({ '/a': '1', '/closed': '2', '/locked': { value: SECRET, secure: true } });
    store.denied.add('/closed');
    store.keyDenied.add('/locked');
    await using on = await stage([store.service]);
    const results = await Promise.allSettled(['/a', '/closed', '/locked', '/none', 'bad name'].map((name) => on.settings.getParameter(name)));
    expect(results).toMatchObject([
      { value: '1' },
      {
        reason: {
          code: 'Forbidden',
          message: 'config: the parameter "/closed" may not be read: the function\'s role needs ssm:GetParameters on arn:aws:ssm:*:*:parameter/closed.',
          details: { name: '/closed', permission: 'ssm:GetParameters', resource: 'arn:aws:ssm:*:*:parameter/closed' },
        },
      },
      { reason: { code: 'Forbidden', message: expect.stringMatching(/"\/locked" may not be decrypted: .* needs kms:Decrypt on arn:aws:kms:eu-west-1:/) } },
      { reason: { code: 'NotFound', message: expect.stringContaining('"/none" does not exist') } },
      { reason: { code: 'InvalidParams', message: expect.stringMatching(/"bad name" was refused/) } },
    ]);
    // One request for all, then one for each.
    expect(on.aws.calls).toHaveLength(6);
  });

  it('read together report all that failed, and cache the rest', async () => {
    await using on = await stage([parameterStore({ '/a': '1' }).service]);
    const error = await errorOf(on.settings.getParameters(['/a', '/x', '/__proto__']));
    expect(error).toMatchObject({ code: 'NotFound', message: expect.stringMatching(/2 of 3 could not be read: .*"\/x".*"\/__proto__"/) });
    expect(Object.keys(error.details.failures)).toEqual(['/x', '/__proto__']);
    expect(await errorOf(on.settings.getParameters(['/a', '/x']))).toMatchObject({ code: 'NotFound', details: { name: '/x' } });
    expect(on.settings.stats().stores?.cached.map(({ name }) => name)).toEqual(['parameter /a']);
  });

  it('below a path are read page by page and cached as single ones', async () => {
    const parameters = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`/app/p${index}`, `${index}`]));
    await using on = await stage([parameterStore({ ...parameters, '/app/db/host.json': '{"port":5432}', '/app/__proto__': 'odd' }).service]);
    const found = await on.settings.getParametersByPath<unknown>('/app', { transform: 'auto' });
    expect(found).toMatchObject({ p0: '0', p24: '24', 'db/host.json': { port: 5432 } });
    expect(Object.hasOwn(found, '__proto__')).toBe(true);
    expect(await on.settings.getParameter('/app/p7')).toBe('7');
    expect(await on.settings.getParametersByPath('/nothing')).toEqual({});
    expect(on.aws.calls).toHaveLength(4);
  });

  it('below a path that is denied name the permission of that call', async () => {
    const store = parameterStore();
    store.denied.add('/app');
    await using on = await stage([store.service]);
    expect(await errorOf(on.settings.getParametersByPath('/app'))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('ssm:GetParametersByPath on arn:aws:ssm:*:*:parameter/app and arn:aws:ssm:*:*:parameter/app/*'),
    });
  });
});

describe('time', () => {
  it('decides when a value is read again: after five minutes by default, else as the read or a preset says', async () => {
    at(0);
    const store = parameterStore({ '/a': '1' });
    await using on = await stage([store.service]);
    await on.settings.getParameter('/a');
    store.put('/a', '2');
    at(299_999);
    expect(await on.settings.getParameter('/a')).toBe('1');
    expect(await on.settings.getParameter('/a', { ttl: 300_000 })).toBe('1');
    on.settings.usePreset('minimum');
    at(300_001);
    expect(await on.settings.getParameter('/a')).toBe('1');
    on.settings.usePreset('maximum');
    expect(await on.settings.getParameter('/a')).toBe('2');
    expect(on.settings.stats().stores?.cached).toEqual([{ name: 'parameter /a', age: 0 }]);
    on.settings.set('SUGA_CONFIG_TTL', 'long');
    expect(await errorOf(on.settings.getParameter('/a'))).toMatchObject({ code: 'InvalidParams', message: expect.stringContaining('SUGA_CONFIG_TTL') });
  });

  it('does not matter to a refresh, which needs only one request', async () => {
    const store = secretsManager({ db: 'old' });
    await using on = await stage([store.service]);
    expect(await on.settings.getSecret('db')).toBe('old');
    store.put('db', 'new');
    const refreshed = await Promise.all(Array.from({ length: 50 }, () => on.settings.getSecret('db', { refresh: true })));
    expect(new Set(refreshed)).toEqual(new Set(['new']));
    expect(await on.settings.getSecret('db')).toBe('new');
    expect(on.aws.calls).toHaveLength(2);
  });

  it('lets a refresh and a plain read of one tick share a request', async () => {
    await using on = await stage([parameterStore({ '/a': '1', '/b': '2' }).service]);
    const { getParameter } = on.settings;
    expect(await Promise.all([getParameter('/a'), getParameter('/a', { refresh: true }), getParameter('/b')])).toEqual(['1', '1', '2']);
    expect(on.asked()).toEqual([['AmazonSSM.GetParameters', { Names: ['/a', '/b'], WithDecryption: true }]]);
  });

  it('lets no read that began before a refresh or a reload overwrite the newer value', async () => {
    const store = secretsManager({ db: 'old' });
    const held: (() => void)[] = [];
    store.before = () => undefined;
    await using on = await stage([
      {
        'secretsmanager.GetSecretValue': async (call) => {
          const answer = await store.service['secretsmanager.GetSecretValue']?.(call);
          if (held.length < 1) await new Promise<void>((resolve) => void held.push(resolve));
          return answer;
        },
      },
    ]);
    const slow = on.settings.getSecret('db');
    await until(() => expect(held).toHaveLength(1));
    store.put('db', 'new');
    expect(await on.settings.getSecret('db', { refresh: true })).toBe('new');
    held[0]?.();
    await slow;
    expect(await on.settings.getSecret('db')).toBe('new');
    on.settings.reload();
    expect(on.settings.stats().stores?.cached).toEqual([]);
    expect(await on.settings.getSecret('db')).toBe('new');
    expect(on.aws.calls).toHaveLength(3);
  });

  it('caches at most the maximum number of values', async () => {
    await using on = await stage([parameterStore({ '/a': '1', '/b': '2', '/c': '3' }).service], { maxEntries: 2 });
    for (const name of ['/a', '/b', '/a', '/c']) await on.settings.getParameter(name);
    expect(on.settings.stats().stores?.cached.map(({ name }) => name)).toEqual(['parameter /a', 'parameter /c']);
  });
});

describe('a store in trouble', () => {
  it('is replaced by stale values for a while, and not asked between two attempts', async () => {
    at(0);
    const store = parameterStore({ '/a': '1' });
    await using on = await stage([store.service], { ttl: 1000, staleIfError: 10_000 });
    await on.settings.getParameter('/a');
    store.before = throttled;
    at(2000);
    expect(await on.settings.getParameter('/a')).toBe('1');
    expect(await on.settings.getParameter('/a')).toBe('1');
    expect(on.aws.calls).toHaveLength(2);
    expect(await errorOf(on.settings.getParameter('/a', { refresh: true }))).toMatchObject({ code: 'Unavailable' });
    at(7000);
    expect(await on.settings.getParameter('/a')).toBe('1');
    expect(on.aws.calls).toHaveLength(4);
    at(11_000);
    expect(await errorOf(on.settings.getParameter('/a'))).toMatchObject({
      code: 'Unavailable',
      message: 'config: the parameter "/a" could not be read: the Parameter Store responded with ThrottlingException.',
      cause: { name: 'ThrottlingException' },
    });
    store.before = () => undefined;
    expect(await on.settings.getParameter('/a')).toBe('1');
    expect(on.settings.stats().stores).toMatchObject({ stale: 3, failures: 4 });
  });

  it('is not replaced by stale values if reading is forbidden now or the value was deleted', async () => {
    at(0);
    const store = secretsManager({ db: 'x', old: 'y' });
    await using on = await stage([store.service], { ttl: 1000 });
    await on.settings.getSecrets(['db', 'old']);
    store.denied.add('db');
    store.remove('old');
    at(2000);
    expect(await errorOf(on.settings.getSecret('db'))).toMatchObject({ code: 'Forbidden' });
    expect(await errorOf(on.settings.getSecret('old'))).toMatchObject({ code: 'NotFound', message: expect.stringContaining('marked for deletion') });
  });

  it('is cancelled at the time limit if it is slow, and no timer is left', async () => {
    const store = parameterStore({ '/a': '1' });
    store.before = () => new Promise(() => undefined);
    await using on = await stage([store.service], { timeout: 50 });
    const set = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    expect(await errorOf(on.settings.getParameter('/a'))).toMatchObject({
      code: 'Unavailable',
      message: 'config: the parameter "/a" could not be read: it took longer than 50 ms.',
    });
    const ours = set.mock.results.filter((_, index) => set.mock.calls[index]?.[1] === 50).map(({ value }) => value);
    expect(ours).toHaveLength(1);
    expect(cleared.mock.calls.map(([timer]) => timer)).toEqual(expect.arrayContaining(ours));
  });

  it('is abandoned by an invocation that ends, while other invocations still get the value', async () => {
    const store = parameterStore({ '/a': '1' });
    let answer: () => void = () => undefined;
    store.before = () => new Promise<void>((resolve) => (answer = resolve));
    await using on = await stage([store.service]);
    const ending = new AbortController();
    const ended = errorOf(control(on.gateway).run({ id: 'a', signal: ending.signal }, () => on.settings.getParameter('/a')));
    const other = control(on.gateway).run({ id: 'b', signal: new AbortController().signal }, () => on.settings.getParameter('/a'));
    await until(() => expect(on.aws.calls).toHaveLength(1));
    ending.abort();
    expect(await ended).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('the invocation ended') });
    answer();
    expect(await other).toBe('1');
  });

  it('gets its request aborted when no caller waits any more', async () => {
    const seen: AbortSignal[] = [];
    const ssm = { getParameters: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => (seen.push(abortSignal), new Promise(() => undefined)) };
    const gateway = createGateway({ config: config({ clients: { ssm: ssm as never } }) });
    const ending = new AbortController();
    const ended = errorOf(control(gateway).run({ id: 'a', signal: ending.signal }, () => gateway.config.getParameter('/a')));
    await until(() => expect(seen).toHaveLength(1));
    ending.abort();
    await ended;
    expect(seen[0]?.aborted).toBe(true);
    expect(await errorOf(control(gateway).run({ id: 'b', signal: AbortSignal.abort() }, () => gateway.config.getParameter('/b')))).toMatchObject({
      code: 'Unavailable',
    });
    expect(seen).toHaveLength(1);
  });

  it('may have a client with a bug, which is then the cause', async () => {
    const bug = new TypeError('broken');
    const settings = createGateway({ config: config({ clients: { ssm: { getParameters: () => Promise.reject(bug) } as never } }) }).config;
    expect(await errorOf(settings.getParameter('/a'))).toMatchObject({ code: 'Unavailable', cause: bug });
  });

  it.each([
    [
      'no network',
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'Unavailable',
      /the Parameter Store could not be reached \(ECONNREFUSED\)/,
    ],
    ['expired credentials', Object.assign(new Error('x'), { name: 'ExpiredTokenException', $metadata: {} }), 'Forbidden', /credentials were not accepted/],
    ['half a response', new SyntaxError(`Unexpected token in "${SECRET}"`), 'Unavailable', /incomplete response/],
  ])('is distinguished: %s', async (_, trouble, code, message) => {
    const settings = createGateway({ config: config({ clients: { ssm: { getParameters: () => Promise.reject(trouble) } as never } }) }).config;
    const error = await errorOf(settings.getParameter('/a'));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.message + String(error.cause)).not.toContain(SECRET);
  });
});

describe('secrets', () => {
  it('are read one by one or twenty per request, and returned in the order of the names', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `s${index}`);
    await using on = await stage([secretsManager(Object.fromEntries(names.map((name) => [name, `of ${name}`]))).service]);
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s1';
    expect(await on.settings.getSecrets([...names, arn])).toEqual([...names.map((name) => `of ${name}`), 'of s1']);
    expect(await on.settings.getSecret('s0', { refresh: true })).toBe('of s0');
    expect(on.asked().map(([operation]) => operation)).toEqual([
      'secretsmanager.BatchGetSecretValue',
      'secretsmanager.BatchGetSecretValue',
      'secretsmanager.GetSecretValue',
    ]);
  });

  it.each(['one at a time', 'in a batch'])('by an ARN without its last letters are not confused with longer names, %s', async (how) => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db';
    await using on = await stage([secretsManager({ 'shop/db-prod': 'prod', 'shop/db-dev-1': 'dev' }).service]);
    const beside = how === 'in a batch' ? ['shop/db-prod', `${arn}-dev-1`] : [];
    const [missing, ...found] = await Promise.allSettled([arn, ...beside].map((name) => on.settings.getSecret(name)));
    expect(missing).toMatchObject({ reason: { code: 'NotFound', details: { name: arn } } });
    expect(found.map((each) => each.status === 'fulfilled' && each.value)).toEqual(beside.length > 0 ? ['prod', 'dev'] : []);
  });

  it.each([
    ['shop/db', 'shop/db-prod'],
    ['shop/db-prod', 'shop/db'],
  ])('%s and %s by ARNs without their last letters are distinguished', async (...names) => {
    const arns = names.map((name) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`);
    await using on = await stage([secretsManager(Object.fromEntries(names.map((name) => [name, `of ${name}`]))).service]);
    const whole = arns.map((arn) => `${arn}-AbCdEf`);
    expect(await on.settings.getSecrets([...arns, ...whole])).toEqual([...names, ...names].map((name) => `of ${name}`));
  });

  it('that fail in a batch do not affect others', async () => {
    const store = secretsManager({ db: 'x', closed: 'y', locked: 'z' });
    store.denied.add('closed');
    store.keyDenied.add('locked');
    await using on = await stage([store.service]);
    expect(await Promise.allSettled(['db', 'closed', 'locked', 'none'].map((name) => on.settings.getSecret(name)))).toMatchObject([
      { value: 'x' },
      { reason: { code: 'Forbidden', message: expect.stringContaining('secretsmanager:GetSecretValue on arn:aws:secretsmanager:*:*:secret:closed-??????') } },
      { reason: { code: 'Forbidden', message: expect.stringContaining('kms:Decrypt on the key that it is encrypted with') } },
      { reason: { code: 'NotFound' } },
    ]);
    expect(on.aws.calls).toHaveLength(1);
  });

  it('are read one by one if the role may not read in batches, which is not tried again', async () => {
    const store = secretsManager({ a: '1', b: '2', c: '3', d: '4' });
    store.denied.add('*');
    await using on = await stage([store.service]);
    expect(await on.settings.getSecrets(['a', 'b'])).toEqual(['1', '2']);
    expect(await on.settings.getSecrets(['c', 'd'])).toEqual(['3', '4']);
    expect(on.asked().filter(([operation]) => operation === 'secretsmanager.BatchGetSecretValue')).toHaveLength(1);
  });

  it('may be bytes', async () => {
    await using on = await stage([secretsManager({ key: Uint8Array.of(1, 255), text: new TextEncoder().encode('text') }).service]);
    expect(await on.settings.getSecret('key', { transform: 'binary' })).toEqual(Uint8Array.of(1, 255));
    expect(await on.settings.getSecret('text')).toBe('text');
    expect(await errorOf(on.settings.getSecret('key'))).toMatchObject({ code: 'InvalidValue', message: expect.stringContaining("transform: 'binary'") });
  });
});

describe('AppConfig', () => {
  const flags = { application: 'shop', environment: 'live', profile: 'flags' };
  const name = 'shop/live/flags';

  it('is polled at the interval of the service, in one session', async () => {
    at(0);
    const store = appConfig({ [name]: '{"new":false}' });
    await using on = await stage([store.service]);
    const read = () => on.settings.getAppConfig<{ new: boolean }>(flags, { transform: 'json' });
    expect(await read()).toEqual({ new: false });
    store.deploy(name, '{"new":true}');
    at(59_999);
    expect(await read()).toEqual({ new: false });
    at(60_000);
    expect(await read()).toEqual({ new: true });
    at(120_000);
    expect(await read()).toEqual({ new: true });
    at(190_000);
    expect(await on.settings.getAppConfig(flags, { ttl: 100_000 })).toBe('{"new":true}');
    expect(on.asked().map(([operation]) => operation)).toEqual(['POST /configurationsessions', ...Array(3).fill('GET /configuration')]);
  });

  it('begins a new session after a token that has expired, and for a refresh', async () => {
    at(0);
    const store = appConfig({ [name]: 'one' });
    await using on = await stage([store.service]);
    expect(await on.settings.getAppConfig(flags)).toBe('one');
    store.deploy(name, 'two');
    store.expire();
    at(60_000);
    expect(await on.settings.getAppConfig(flags)).toBe('two');
    store.deploy(name, 'three');
    expect(await on.settings.getAppConfig(flags, { refresh: true })).toBe('three');
  });

  it('reports what is missing or denied', async () => {
    const store = appConfig({ 'a b/c/d': '' });
    await using on = await stage([store.service]);
    expect(await on.settings.getAppConfig({ application: 'a b', environment: 'c', profile: 'd' })).toBe('');
    expect(await errorOf(on.settings.getAppConfig(flags))).toMatchObject({ code: 'NotFound', message: expect.stringContaining(`configuration "${name}"`) });
    store.denied.add(name);
    expect(await errorOf(on.settings.getAppConfig(flags))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('appconfig:StartConfigurationSession'),
    });
    expect(await errorOf(on.settings.getAppConfig({ ...flags, profile: '' }))).toMatchObject({
      code: 'InvalidParams',
      message: expect.stringContaining('"profile"'),
    });
  });
});

describe('values', () => {
  const values = { '/a.json': '{"port":1}', '/b.binary': 'AQL/', '/c': SECRET };

  it('are transformed once', async () => {
    await using on = await stage([parameterStore(values).service]);
    expect(await on.settings.getParameters(['/a.json', '/b.binary', '/c'], { transform: 'auto' })).toEqual([{ port: 1 }, Uint8Array.of(1, 2, 255), SECRET]);
    const json = await on.settings.getParameter('/a.json', { transform: 'json' });
    expect(await on.settings.getParameter('/a.json', { transform: 'json' })).toBe(json);
    expect(await on.settings.getParameter('/a.json')).toBe('{"port":1}');
  });

  it('that cannot be transformed are named, never shown', async () => {
    await using on = await stage([parameterStore(values).service]);
    for (const transform of ['json', 'binary'] as const) {
      const name = transform === 'json' ? '/c' : '/a.json';
      const error = await errorOf(on.settings.getParameter(name, { transform } as { transform: 'json' }));
      expect(error).toMatchObject({ code: 'InvalidValue', message: expect.stringContaining(`"${name}" must be`) });
      expect(error.cause).toBeUndefined();
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(SECRET);
    }
    expect(await errorOf(on.settings.getParameter('/c', { transform: 'xml' as 'json' }))).toMatchObject({ code: 'InvalidParams' });
  });

  it('are checked by a schema of any library', async () => {
    await using on = await stage([parameterStore(values).service]);
    const schema = z.object({ port: z.number() });
    expect((await on.settings.getParameter('/a.json', { transform: 'json', schema })).port).toBe(1);
    expect(
      await on.settings.getParameter('/c', {
        schema: v.pipeAsync(
          v.string(),
          v.transform((text) => text.length),
        ),
      }),
    ).toBe(SECRET.length);
    const error = await errorOf(on.settings.getParameter('/c', { schema: v.literal('other') }));
    expect(error).toMatchObject({ code: 'InvalidValue', message: 'config: the parameter "/c" must fit the schema: the value does not fit.' });
  });
});

describe('whole configurations', () => {
  const stores = () => [parameterStore({ '/app/url': 'https://a', '/app/retries': '3' }).service, secretsManager({ db: '{"password":"p"}' }).service];
  const schema = z.object({ url: z.url(), retries: z.coerce.number(), db: z.object({ password: z.string() }), level: z.enum(['info', 'debug']) });
  const sources = {
    url: { parameter: '/app/url' },
    retries: { parameter: '/app/retries' },
    db: { secret: 'db', transform: 'json' },
    level: 'LOG_LEVEL',
  } as const;

  it('are loaded from settings and stores, in one call per store', async () => {
    await using on = await stage(stores(), { defaults: { LOG_LEVEL: 'info' } });
    const loaded = await on.settings.load(schema, sources);
    expect(loaded).toEqual({ url: 'https://a', retries: 3, db: { password: 'p' }, level: 'info' });
    expect(on.aws.calls).toHaveLength(2);
  });

  it('treat undefined as not passed', async () => {
    await using on = await stage(stores(), { defaults: { LOG_LEVEL: 'info' } });
    const db = { parameter: undefined, path: undefined, secret: 'db', transform: 'json', ttl: undefined, refresh: undefined } as never;
    expect(await on.settings.load(schema, { ...sources, db, more: undefined } as never)).toMatchObject({ db: { password: 'p' }, level: 'info' });
    expect(await on.settings.prefetch([db])).toEqual({ read: 1, failed: [] });
    expect(on.aws.calls).toHaveLength(2);
    const { message } = (await errorOf(on.settings.load(schema, { ...sources, db: undefined } as never))) as Error;
    expect(message).toBe('config: the settings must fit the schema: "db" is missing.');
  });

  it('name every key that does not fit', async () => {
    await using on = await stage(stores(), { defaults: { LOG_LEVEL: SECRET } });
    const error = await errorOf(on.settings.load(schema, { ...sources, url: { parameter: '/app/retries' }, db: 'NONE' }));
    expect(error).toMatchObject({
      code: 'InvalidValue',
      message: 'config: the settings must fit the schema: "url" does not fit, "db" is missing, "level" does not fit.',
    });
    expect(await errorOf(on.settings.load(schema, { ...sources, url: { parameter: '/none' } }))).toMatchObject({ code: 'NotFound' });
    expect(await errorOf(on.settings.load(schema, { url: {} as { parameter: string } }))).toMatchObject({ code: 'InvalidParams' });
  });

  it('are prefetched: a failure is reported, and the first use tries again', async () => {
    const store = parameterStore({ '/a': '1' });
    await using on = await stage([store.service, ...stores().slice(1)]);
    store.before = throttled;
    const { read, failed } = await on.settings.prefetch([{ parameter: '/a' }, { secret: 'db' }]);
    expect([read, failed]).toEqual([1, [expect.objectContaining({ code: 'Unavailable', message: expect.stringContaining('"/a"') })]]);
    store.before = () => undefined;
    expect(await on.settings.getParameter('/a')).toBe('1');
    await on.settings.getSecret('db');
    expect(on.aws.calls).toHaveLength(3);
    expect(await errorOf(on.settings.prefetch(['/a'] as never))).toMatchObject({ code: 'InvalidParams' });
    expect(await errorOf(on.settings.prefetch(undefined as never))).toMatchObject({ code: 'InvalidParams' });
  });
});

describe('secrecy', () => {
  it('keeps values from stores out of everything that is listed, inspected or thrown', async () => {
    const { inspect } = process.getBuiltinModule('node:util');
    await using on = await stage([secretsManager({ db: SECRET }).service, parameterStore({ '/key': { value: SECRET, secure: true } }).service]);
    await on.settings.getSecret('db');
    await on.settings.getParameter('/key');
    const shown = [on.settings.stats(), on.settings.getAll(), control(on.gateway).stats(), control(on.gateway).heldState('config')];
    expect(JSON.stringify(shown) + inspect([on.gateway, on.settings, ...shown], { depth: 20, showHidden: true })).not.toContain(SECRET);
    expect(control(on.gateway).heldState('config')).toBe('2 values read from stores');
    const wrong = await errorOf(on.settings.getSecret('db', { transform: 'json' }));
    expect(inspect(wrong, { depth: 20, showHidden: true })).not.toContain(SECRET);
  });

  it('is not for callers from outside', async () => {
    await using on = await stage([]);
    for (const operation of ['getSecret', 'stats', 'prefetch']) {
      expect(() => control(on.gateway).execute('config', operation, {}, { remote: true })).toThrow(expect.objectContaining({ code: 'NotRemote' }));
    }
  });
});

describe('invalid requests', () => {
  const reads: readonly ((settings: Config, name: never) => Promise<unknown>)[] = [
    (settings, name) => settings.getParameter(name),
    (settings, name) => settings.getSecret(name),
    (settings, name) => settings.getParametersByPath(name),
    (settings, name) => settings.getParameters([name]),
  ];

  it.each([[''], [undefined], [null], [5], [{}], ['a\nb'], ['\ud800'], ['x'.repeat(10_000_000)]])('%.20j is refused before a client is made', async (name) => {
    const settings = createGateway({ config: config() }).config;
    for (const read of reads)
      expect(await errorOf(read(settings, name as never))).toMatchObject({ code: 'InvalidParams', message: expect.stringMatching(/^.{0,200}$/s) });
  });

  it.each(['__proto__', 'constructor', 'toString'])('%j is a name like any other', async (name) => {
    await using on = await stage([parameterStore({ [`/${name}`]: '1' }).service, secretsManager().service]);
    expect(await on.settings.getParameter(`/${name}`)).toBe('1');
    expect(await errorOf(on.settings.getSecret(name))).toMatchObject({ code: 'NotFound' });
  });

  it.each([-1, Number.NaN, '5', null])('a ttl of %j', async (ttl) => {
    const settings = createGateway({ config: config() }).config;
    expect(await errorOf(settings.getParameter('/a', { ttl: ttl as number }))).toMatchObject({
      code: 'InvalidParams',
      message: expect.stringContaining('"ttl"'),
    });
  });

  it('without an SDK says which package to add', () => {
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    const code = `
      const { createGateway } = require(${JSON.stringify(require.resolve('@suga/gateway'))});
      const { config } = require(${JSON.stringify(require.resolve('@suga/config'))});
      const settings = createGateway({ config: config() }).config;
      const reads = [settings.getParameter('/a'), settings.getSecret('a'), settings.getAppConfig({ application: 'a', environment: 'e', profile: 'p' })];
      Promise.allSettled(reads).then((all) => console.log(JSON.stringify(all.map(({ reason }) => reason.code + reason.message))));`;
    const told = JSON.parse(execFileSync(process.execPath, ['-e', code], { env: { LAMBDA_TASK_ROOT: '/nowhere' }, encoding: 'utf8' }));
    expect(told).toEqual(
      ['client-ssm', 'client-secrets-manager', 'client-appconfigdata'].map((name) => expect.stringMatching(`^NotInstalled.*@aws-sdk/${name}`)),
    );
  });
});

describe('reads at the same time', () => {
  const names = Array.from({ length: 25 }, (_, index) => `/p${index}`);

  it('return for each name what it would get alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), fc.subarray(names), fc.subarray(names, { minLength: 1 }), async (denied, absent, asked) => {
        const store = parameterStore(Object.fromEntries(names.filter((name) => !absent.includes(name)).map((name) => [name, `value of ${name}`])));
        for (const name of denied) store.denied.add(name);
        await using on = await stage([store.service]);
        const results = await Promise.allSettled(asked.map((name) => on.settings.getParameter(name)));
        const expected = asked.map((name) =>
          denied.includes(name)
            ? { reason: { code: 'Forbidden', details: { name } } }
            : absent.includes(name)
              ? { reason: { code: 'NotFound', details: { name } } }
              : { value: `value of ${name}` },
        );
        expect(results).toMatchObject(expected);
        expect(on.aws.calls.length).toBeLessThanOrEqual(3 + asked.length);
      }),
      { numRuns: 20 },
    );
  });

  it('cache the values that were used last, as a list would', async () => {
    const ssm = { getParameters: async ({ Names }: { Names: string[] }) => ({ Parameters: Names.map((Name) => ({ Name, Value: Name })) }) };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')), fc.integer({ min: 1, max: 4 }), async (reads, maxEntries) => {
        const settings = createGateway({ config: config({ maxEntries, clients: { ssm: ssm as never } }) }).config;
        for (const name of reads) expect(await settings.getParameter(name)).toBe(name);
        const last = [...new Set(reads.toReversed())].slice(0, maxEntries).toReversed();
        expect(settings.stats().stores?.cached.map(({ name }) => name) ?? []).toEqual(last.map((name) => `parameter ${name}`));
      }),
    );
  });

  it('return any JSON and any bytes unchanged', async () => {
    const store = new Map<string, string>();
    const ssm = { getParameters: async ({ Names }: { Names: string[] }) => ({ Parameters: Names.map((Name) => ({ Name, Value: store.get(Name) })) }) };
    const settings = createGateway({ config: config({ clients: { ssm: ssm as never } }) }).config;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.uint8Array(), async (value, bytes) => {
        store.set('value', JSON.stringify(value)).set('bytes', Buffer.from(bytes).toString('base64'));
        expect(await settings.getParameter('value', { transform: 'json', refresh: true })).toEqual(JSON.parse(JSON.stringify(value)));
        expect(await settings.getParameter('bytes', { transform: 'binary', refresh: true })).toEqual(bytes);
      }),
    );
  });

  it('never confuse two configurations', async () => {
    const asked: unknown[] = [];
    const client = {
      startConfigurationSession: async (input: object) => (asked.push(Object.values(input)), { InitialConfigurationToken: 't' }),
      getLatestConfiguration: async () => ({ Configuration: Uint8Array.of(49), NextPollConfigurationToken: 't' }),
    };
    const part = fc.stringMatching(/^[a/%2F ]{1,4}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(part, part, part), { selector: (parts) => parts.join('\0') }), async (profiles) => {
        asked.length = 0;
        const settings = createGateway({ config: config({ clients: { appConfig: client } }) }).config;
        for (const [application, environment, profile] of profiles) await settings.getAppConfig({ application, environment, profile });
        expect(asked).toEqual(profiles);
      }),
    );
  });
});

describe('a freeze', () => {
  it('keeps later reads from joining one that began before it', async () => {
    at(0);
    const answers: ((value: object) => void)[] = [];
    const ssm = { getParameters: () => new Promise<object>((resolve) => void answers.push(resolve)) };
    const settings = createGateway({ config: config({ clients: { ssm: ssm as never } }) }).config;
    const before = settings.getParameter('/a');
    await until(() => expect(answers).toHaveLength(1));
    at(600_000);
    const after = settings.getParameter('/a');
    await until(() => expect(answers).toHaveLength(2));
    answers[1]?.({ Parameters: [{ Name: '/a', Value: 'new' }] });
    expect(await after).toBe('new');
    answers[0]?.({ Parameters: [{ Name: '/a', Value: 'old' }] });
    expect(await before).toBe('new');
    expect(await settings.getParameter('/a')).toBe('new');
  });

  it('and an unload leave no caller waiting for ever', async () => {
    const ssm = { getParameters: () => new Promise(() => undefined) };
    const gateway = createGateway({ config: config({ timeout: 30, clients: { ssm: ssm as never } }) });
    const reading = errorOf(gateway.config.getParameter('/a'));
    expect(control(gateway).unload('config')).toEqual({ unloaded: false, reason: 'in flight' });
    expect(await reading).toMatchObject({ code: 'Unavailable' });
  });
});

describe("the runtime's SDK", () => {
  it('is used if no client is passed, in the configured region, and released with the interface', async () => {
    await using aws = await startAws(parameterStore({ '/a': '1' }).service, secretsManager({ db: '2' }).service);
    vi.stubEnv('AWS_ENDPOINT_URL', aws.settings.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFAKE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'fake');
    const gateway = createGateway({ config: config({ region: 'eu-central-1', timeout: 600_000 }) });
    expect(await gateway.config.getParameter('/a')).toBe('1');
    expect(await gateway.config.getSecret('db')).toBe('2');
    vi.unstubAllEnvs();
    expect(control(gateway).unload('config')).toMatchObject({ unloaded: true });
    expect(gateway.config.stats().stores).toBeUndefined();
  });
});

describe('a client that fails by itself', () => {
  const profile = { application: 'a', environment: 'e', profile: 'p' };
  const reads: readonly [string, (settings: Config) => Promise<unknown>][] = [
    ['getParameter', (settings) => settings.getParameter('/a')],
    ['getParameters', (settings) => settings.getParameters(['/a', '/b'])],
    ['getParametersByPath', (settings) => settings.getParametersByPath('/a')],
    ['getSecret', (settings) => settings.getSecret('a')],
    ['getSecrets', (settings) => settings.getSecrets(['a', 'b'])],
    ['getAppConfig', (settings) => settings.getAppConfig(profile)],
    ['load', (settings) => settings.load(z.object({ a: z.string() }), { a: { parameter: '/a' } })],
  ];
  /** Clients whose methods all do the same. */
  const all = (call: () => unknown): ConfigOptions['clients'] => ({
    ssm: { getParameters: call, getParametersByPath: call } as never,
    secretsManager: { getSecretValue: call, batchGetSecretValue: call } as never,
    appConfig: { startConfigurationSession: call, getLatestConfiguration: call } as never,
  });

  it.each(reads)('%s without a region says how to set it', async (_, read) => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    try {
      const clients = { ssm: new SSM(), secretsManager: new SecretsManager(), appConfig: new AppConfigData() };
      expect(await errorOf(read(createGateway({ config: config({ environment: {}, clients }) }).config))).toMatchObject({
        code: 'Unavailable',
        message: expect.stringContaining('no region is set: set AWS_REGION or pass the option "region"'),
        cause: expect.anything(),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each(reads)('%s reports any error of the client as Unavailable, and shows it only as the cause', async (_, read) => {
    for (const thrown of [new Error(SECRET), new TypeError(SECRET), SECRET, undefined, null]) {
      const clients = all(() => Promise.reject(thrown));
      const error = await errorOf(read(createGateway({ config: config({ environment: {}, clients }) }).config));
      expect(error).toMatchObject({ code: 'Unavailable', message: expect.not.stringContaining(SECRET) });
      const [one = error] = Object.values((error.details.failures ?? {}) as Record<string, Error>);
      expect(one.cause).toBe(thrown);
    }
  });

  it.each(reads)('%s is Unavailable if the client does not return an object', async (_, read) => {
    for (const answer of [undefined, null, 5, 'x']) {
      const { config: settings } = createGateway({ config: config({ environment: {}, clients: all(async () => answer) }) });
      const error = await errorOf(read(settings));
      expect(error).toMatchObject({ code: 'Unavailable' });
      const [one = error] = Object.values((error.details.failures ?? {}) as Record<string, Error>);
      expect(one.cause).toMatchObject({ message: expect.stringMatching(/returned (undefined|null|number|string) instead of an object/) });
    }
  });

  it.each(['x', 5, null, { ssm: {} }, { ssm: 5 }, { ssm: null }, { secretsManager: { getParameters: () => 0 } }, { appConfig: 'x' }])(
    'clients of %j are refused at load',
    async (clients) => {
      const gateway = createGateway({ config: config({ environment: {}, clients: clients as never }) });
      expect(await errorOf((async () => gateway.config.get('A'))())).toMatchObject({
        code: 'LoadFailed',
        cause: { code: 'InvalidParams', message: expect.stringMatching(/^config: "clients(\.\w+)?" must be /) },
      });
    },
  );

  it('causes an error when a method is needed that it lacks', async () => {
    const clients = { ssm: Object.freeze({ getParameters: async () => ({ Parameters: [{ Name: '/a', Value: '1' }] }) }) as never };
    const { config: settings } = createGateway({ config: config({ environment: {}, clients }) });
    expect(await settings.getParameter('/a')).toBe('1');
    expect(await errorOf(settings.getParametersByPath('/a'))).toMatchObject({
      code: 'InvalidParams',
      message: expect.stringContaining('a client of client-ssm with the method getParametersByPath'),
    });
  });
});
