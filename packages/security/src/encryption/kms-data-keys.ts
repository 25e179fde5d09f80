import type { KeyObject } from 'node:crypto';
import type { Host } from '@suga/gateway';
import { awsClient } from '@suga/gateway/aws';
import { assertArray, assertNumber, MILLISECONDS } from '@suga/gateway/check';
import { cancellable, MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import { type Complete, withoutUndefined } from '@suga/gateway/options';
import type { KmsClient, KmsOptions } from '../contract.js';
import { keysUnavailable } from '../errors.js';
import { type LazyValue, lazyValue } from '../lazy-value.js';
import { type CachedFetch, startFetch } from './cached-fetch.js';
import { parseContext, tampered, unknownKey } from './ciphertext.js';

/** Longest encrypted data key that is sent. KMS itself decrypts at most 6144 bytes, which are 8192 characters of base64url. */
const MAX_WRAPPED_LENGTH = 8192;
const KEY_BYTES = 32;

/** A data key, with the header that contains the data key encrypted by KMS. */
interface DataKey {
  readonly header: string;
  readonly key: KeyObject;
}

/** Envelope encryption: KMS encrypts data keys, and data keys encrypt data. Concurrent callers that need the same key share one request. */
export class DataKeys {
  /** Number of requests to KMS. */
  calls = 0;
  readonly #options: Complete<Omit<KmsOptions, 'client' | 'settings'>>;
  readonly #client: LazyValue<KmsClient>;
  readonly #host: Host;
  /** Decrypted data keys by their encrypted form, in the order of their last use. */
  readonly #unwrapped = new Map<string, CachedFetch<KeyObject>>();
  #current: CachedFetch<DataKey> | undefined;

  constructor(options: KmsOptions, host: Host) {
    const { keyId, previousKeyIds = [], context = {}, maxAge = 300_000, maxUses = 1000, maxKeys = 100, timeout = 5000, client, settings = {} } = options;
    if (typeof keyId !== 'string' || keyId === '') throw invalidParam('security', 'kms.keyId', keyId, "a key's id, ARN or alias");
    assertArray('security', 'kms.previousKeyIds', previousKeyIds);
    for (const [name, value] of Object.entries({ maxAge, maxUses, maxKeys }))
      assertNumber('security', `kms.${name}`, value, { min: 1, max: Number.MAX_SAFE_INTEGER });
    assertNumber('security', 'kms.timeout', timeout, { min: 1, max: MAX_TIMER, unit: MILLISECONDS });
    this.#options = { keyId, previousKeyIds, context: parseContext(context), maxAge, maxUses, maxKeys, timeout };
    this.#host = host;
    const clientSettings = { maxAttempts: 2, ...withoutUndefined(settings) };
    this.#client = lazyValue(() => client ?? awsClient<KmsClient>('client-kms', 'KMS', { who: 'security', settings: clientSettings }));
  }

  /** Number of cached keys that may still be used. */
  get held(): number {
    const all: (CachedFetch<unknown> | undefined)[] = [this.#current, ...this.#unwrapped.values()];
    return all.filter((each) => each?.hasValue && this.#isFresh(each)).length;
  }

  /** Returns the data key that encrypts. It is replaced after `maxAge` or `maxUses`. */
  currentKey(): Promise<DataKey> {
    const last = this.#current;
    const cached = last && last.uses < this.#options.maxUses && this.#isFresh(last) ? last : this.#startGenerating();
    this.#current = cached;
    cached.uses++;
    return this.#wait(cached);
  }

  /** Returns the data key that KMS encrypted as `wrapped`. @throws `Tampered`, `UnknownKey` */
  async unwrap(wrapped: string): Promise<KeyObject> {
    if (wrapped.length > MAX_WRAPPED_LENGTH) throw tampered();
    const last = this.#unwrapped.get(wrapped);
    const cached = last && this.#isFresh(last) ? last : this.#startUnwrapping(wrapped);
    this.#unwrapped.delete(wrapped);
    this.#unwrapped.set(wrapped, cached);
    if (this.#unwrapped.size > this.#options.maxKeys) this.#evict();
    return this.#wait(cached);
  }

  /** Removes an expired key if there is one, else the least recently used key. */
  #evict(): void {
    const [oldest] = this.#unwrapped.keys();
    const expired = this.#unwrapped.entries().find(([, cached]) => !this.#isFresh(cached));
    this.#unwrapped.delete(expired?.[0] ?? (oldest as string));
  }

  #startGenerating(): CachedFetch<DataKey> {
    return startFetch(
      (signal) => this.#generate(signal),
      (failed) => this.#current === failed && (this.#current = undefined),
    );
  }

  #startUnwrapping(wrapped: string): CachedFetch<KeyObject> {
    return startFetch(
      (signal) => this.#decryptKey(wrapped, signal),
      (failed) => this.#unwrapped.get(wrapped) === failed && this.#unwrapped.delete(wrapped),
    );
  }

  /**
   * Whether a cached fetch may be used. If the clock was set back, a key counts as older, not younger. A fetch without a value is used only
   * within its time limit: an older one was started before the process was frozen.
   */
  #isFresh({ startedAt, hasValue, result }: CachedFetch<unknown>): boolean {
    return !result.isCancelled && Math.abs(Date.now() - startedAt) < (hasValue ? this.#options.maxAge : this.#options.timeout);
  }

  #wait<T>({ result }: CachedFetch<T>): Promise<T> {
    return result.wait(this.#host.invocation()?.deadline, () => {
      throw keysUnavailable('KMS did not respond in the time that the invocation has left.');
    });
  }

  async #generate(signal: AbortSignal): Promise<DataKey> {
    const { keyId: KeyId, context: EncryptionContext } = this.#options;
    const { CiphertextBlob, Plaintext } = await this.#request(signal, (kms, settings) =>
      kms.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext }, settings),
    );
    const key = toSecretKey(Plaintext);
    if (!key || !CiphertextBlob) throw keysUnavailable(`KMS returned no data key of ${KEY_BYTES} bytes.`);
    return { header: `suga1.kms.${Buffer.from(CiphertextBlob).toString('base64url')}`, key };
  }

  async #decryptKey(wrapped: string, signal: AbortSignal): Promise<KeyObject> {
    const { keyId, previousKeyIds, context: EncryptionContext } = this.#options;
    const CiphertextBlob = Buffer.from(wrapped, 'base64url');
    for (const KeyId of [keyId, ...previousKeyIds]) {
      try {
        // The key is named. Otherwise KMS decrypts with any key that this function may use.
        const { Plaintext } = await this.#request(signal, (kms, settings) => kms.decrypt({ CiphertextBlob, KeyId, EncryptionContext }, settings));
        return toSecretKey(Plaintext) ?? Promise.reject(tampered());
      } catch (error) {
        const { name } = error as Error;
        if (name === 'InvalidCiphertextException') throw tampered(error);
        if (name !== 'IncorrectKeyException') throw error;
      }
    }
    throw unknownKey();
  }

  #request<T>(signal: AbortSignal, call: (kms: KmsClient, settings: object) => Promise<T>): Promise<T> {
    this.calls++;
    const { timeout } = this.#options;
    const toError = (): Error => keysUnavailable(`KMS did not respond within ${timeout} ms.`);
    return cancellable({ ms: timeout, signal, toError }, (abortSignal) => call(this.#client(), { abortSignal }));
  }
}

/** Creates a key that no inspection prints, and wipes the bytes. Returns `undefined` if they are not an AES-256 key. */
function toSecretKey(bytes: Uint8Array | undefined): KeyObject | undefined {
  if (bytes?.length !== KEY_BYTES) return undefined;
  const key = process.getBuiltinModule('node:crypto').createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
