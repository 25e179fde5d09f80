import { KMS } from '@aws-sdk/client-kms';
import { type Call, type FakeAws, Fault, kms, startAws } from '@suga/aws-fakes';
import { control, createGateway } from '@suga/gateway';
import { type EncryptionOptions, type KmsOptions, security } from '@suga/security';
import { until } from '@suga/vitest/until';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let aws: FakeAws;
let offset: number;
beforeEach(async () => {
  aws = await startAws(kms('alias/app', 'alias/old'));
  offset = 0;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + offset);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await aws.close();
});

const fresh = (options: Partial<KmsOptions> = {}, more: EncryptionOptions = {}) =>
  createGateway({ security: security({ encryption: { ...more, kms: { keyId: 'alias/app', settings: aws.settings, timeout: 600_000, ...options } } }) });
const requestCount = (operation: string) => aws.calls.filter((call) => call.operation === `TrentService.${operation}`).length;

describe('data keys', () => {
  it('encrypt and decrypt, in this environment and in another', async () => {
    const { security: box } = fresh({ context: { service: 'orders' } });
    const sealed = await box.encrypt('data', { context: { user: '1' } });
    expect(sealed).toMatch(/^suga1\.kms\.[\w-]+\.[\w-]+$/);
    expect(await box.decrypt(sealed, { context: { user: '1' } })).toBe('data');
    expect(await fresh({ context: { service: 'orders' } }).security.decrypt(sealed, { context: { user: '1' } })).toBe('data');
    await expect(box.decrypt(sealed, { context: { user: '2' } })).rejects.toMatchObject({ code: 'Tampered' });
    await expect(fresh({ context: { service: 'users' } }).security.decrypt(sealed, { context: { user: '1' } })).rejects.toMatchObject({ code: 'Tampered' });
    expect(aws.calls[0]?.input).toMatchObject({ KeyId: 'alias/app', KeySpec: 'AES_256', EncryptionContext: { service: 'orders' } });
    expect(aws.calls[1]?.input).toMatchObject({ KeyId: 'alias/app', EncryptionContext: { service: 'orders' } });
  });

  it('are requested once for all concurrent callers', async () => {
    const gateway = fresh();
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    const sealed = await Promise.all(ids.map((id) => control(gateway).run({ id }, () => gateway.security.encrypt(id))));
    const other = fresh();
    expect(await Promise.all(sealed.map((each) => other.security.decrypt(each)))).toEqual(ids);
    expect([requestCount('GenerateDataKey'), requestCount('Decrypt')]).toEqual([1, 1]);
    expect(gateway.security.stats().encryption).toEqual({ encrypted: 50, decrypted: 0, refused: 0, kmsCalls: 1 });
  });

  it('are replaced after their maximum uses and age', async () => {
    const { security: box } = fresh({ maxUses: 2, maxAge: 60_000 });
    for (let use = 0; use < 5; use++) await box.encrypt('x');
    expect(requestCount('GenerateDataKey')).toBe(3);
    offset += 61_000;
    const sealed = await box.encrypt('x');
    expect(requestCount('GenerateDataKey')).toBe(4);
    await box.decrypt(sealed);
    await box.decrypt(sealed);
    expect(requestCount('Decrypt')).toBe(1);
    offset += 61_000;
    await box.decrypt(sealed);
    expect(requestCount('Decrypt')).toBe(2);
  });

  it('are cached up to a limit, the most recently used', async () => {
    const { security: box } = fresh({ maxUses: 1, maxKeys: 2 });
    const [a = '', b = '', c = ''] = await Promise.all(['a', 'b', 'c'].map((text) => box.encrypt(text)));
    for (const sealed of [a, b, a, c, a]) await box.decrypt(sealed);
    expect(requestCount('Decrypt')).toBe(3);
    await box.decrypt(b);
    expect(requestCount('Decrypt')).toBe(4);
  });

  it('that are expired are removed before those that may still be used', async () => {
    const { security: box } = fresh({ maxUses: 1, maxKeys: 2, maxAge: 60_000 });
    const [a = '', b = '', c = ''] = await Promise.all(['a', 'b', 'c'].map((text) => box.encrypt(text)));
    await box.decrypt(a);
    offset += 30_000;
    await box.decrypt(b);
    // This key was used last, but is the older one.
    await box.decrypt(a);
    offset += 31_000;
    await box.decrypt(c);
    await box.decrypt(b);
    expect(requestCount('Decrypt')).toBe(3);
  });
});

describe('keys', () => {
  it('of previous ids still decrypt, others do not', async () => {
    const old = await fresh({ keyId: 'alias/old' }).security.encrypt('x');
    await expect(fresh().security.decrypt(old)).rejects.toMatchObject({
      code: 'UnknownKey',
      message: 'security: the data was encrypted with a key of KMS, which is not in the settings. Keep a key until no data is encrypted with it.',
    });
    expect(await fresh({ previousKeyIds: ['alias/old'] }).security.decrypt(old)).toBe('x');
  });

  it('of the settings and of KMS work side by side', async () => {
    const keys = { k1: Buffer.alloc(32, 1) };
    const before = await createGateway({ security: security({ encryption: { keys } }) }).security.encrypt('x');
    const moving = fresh({}, { keys }).security;
    expect(await moving.encrypt('y')).toMatch(/^suga1\.kms\./);
    expect(await moving.decrypt(before)).toBe('x');
    expect(await fresh({}, { keys, current: 'k1' }).security.encrypt('z')).toMatch(/^suga1\.key\.k1\./);
  });
});

describe('KMS', () => {
  it('gets no request for an impossible data key, and its refusal means Tampered', async () => {
    const { security: box } = fresh();
    await expect(box.decrypt(`suga1.kms.${'A'.repeat(9000)}.${'A'.repeat(50)}`)).rejects.toMatchObject({ code: 'Tampered' });
    expect(aws.calls).toHaveLength(0);
    await expect(box.decrypt(`suga1.kms.AAAA.${'A'.repeat(50)}`)).rejects.toMatchObject({ code: 'Tampered', cause: { name: 'InvalidCiphertextException' } });
  });

  it('errors pass through unchanged, and the next call requests again', async () => {
    let denied = true;
    const real = kms('alias/app');
    const strict = {
      ...real,
      'TrentService.GenerateDataKey': (call: Call) => {
        if (denied) throw new Fault('AccessDeniedException', 'not you');
        return real['TrentService.GenerateDataKey']?.(call);
      },
    };
    await using refusing = await startAws(strict);
    const { security: box } = fresh({ settings: refusing.settings });
    await expect(Promise.all([box.encrypt('x'), box.encrypt('y')])).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'not you' });
    denied = false;
    expect(await box.decrypt(await box.encrypt('x'))).toBe('x');
  });

  it('is not waited for beyond the time limit', async () => {
    await using silent = await startAws({ 'TrentService.GenerateDataKey': () => new Promise(() => {}) });
    const { security: box } = fresh({ settings: silent.settings, timeout: 150 });
    await expect(box.encrypt('x')).rejects.toMatchObject({ code: 'KeysUnavailable', message: expect.stringContaining('150 ms') });
  });

  it('is waited for no longer than each invocation has left, and the next one requests again', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const signals: AbortSignal[] = [];
    // This client ignores its signal.
    const generateDataKey = (_: object, settings?: object) => {
      signals.push((settings as { abortSignal: AbortSignal }).abortSignal);
      return promise as Promise<{ Plaintext: Uint8Array; CiphertextBlob: Uint8Array }>;
    };
    const client = { generateDataKey, decrypt: () => new Promise<never>(() => {}) };
    const gateway = fresh({ client });
    const box = gateway.security;
    const within = <T>(ms: number, work: () => Promise<T>) => control(gateway).run({ id: 'r', deadline: Date.now() + ms }, work);
    const late = { code: 'KeysUnavailable', message: expect.stringContaining('time that the invocation has left') };
    await expect(within(110, () => box.encrypt('a'))).rejects.toMatchObject(late);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const patient = within(900_000, () => box.encrypt('b'));
    await expect(within(110, () => box.encrypt('c'))).rejects.toMatchObject(late);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(control(gateway).heldState('security')).toBeUndefined();
    resolve({ Plaintext: new Uint8Array(32), CiphertextBlob: new Uint8Array(8) });
    const sealed = await patient;
    expect(control(gateway).heldState('security')).toBe('1 data keys');
    await expect(within(110, () => box.decrypt(sealed))).rejects.toMatchObject(late);
    await expect(fresh({ client, timeout: 20 }).security.decrypt(sealed)).rejects.toMatchObject({ message: expect.stringContaining('20 ms') });
    offset += 301_000;
    expect(control(gateway).heldState('security')).toBeUndefined();
  });

  it('requests from before the process froze are sent again afterwards', async () => {
    const real = kms('alias/app');
    let answers = false;
    const silent = (call: Call) => (answers ? real['TrentService.GenerateDataKey']?.(call) : new Promise(() => {}));
    await using frozen = await startAws({ ...real, 'TrentService.GenerateDataKey': silent });
    const { security: box } = fresh({ settings: frozen.settings });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const lost = box.encrypt('x').catch((error: unknown) => error);
    await until(() => expect(frozen.calls).toHaveLength(1));
    answers = true;
    offset += 600_001;
    expect(await box.decrypt(await box.encrypt('y'))).toBe('y');
    await vi.advanceTimersByTimeAsync(600_000);
    vi.useRealTimers();
    expect(await lost).toMatchObject({ code: 'KeysUnavailable' });
    expect(await box.decrypt(await box.encrypt('z'))).toBe('z');
    expect(frozen.calls.map(({ operation }) => operation)).toEqual(['GenerateDataKey', 'GenerateDataKey', 'Decrypt'].map((name) => `TrentService.${name}`));
  });

  it('can be called through a client of the function', async () => {
    const client = new KMS(aws.settings);
    const { security: box } = fresh({ client });
    expect(await box.decrypt(await box.encrypt('x'))).toBe('x');
    client.destroy();
  });

  it.each([{ keyId: '' }, { maxUses: 0 }, { maxAge: Number.NaN }, { timeout: -1 }])('%j is refused', async (options) => {
    await expect(fresh(options).security.encrypt('x')).rejects.toMatchObject({ code: 'InvalidParams' });
  });
});
