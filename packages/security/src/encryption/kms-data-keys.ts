import type { KeyObject } from 'node:crypto';
import type { Host } from '@suga/gateway';
import { awsClient } from '@suga/gateway/aws';
import { invalidParam } from '@suga/gateway/errors';
import { type Complete, withoutUndefined } from '@suga/gateway/options';
import type { KmsClient, KmsOptions } from '../contract.js';
import { keysUnavailable } from '../errors.js';
import { type Once, once } from '../lazy-value.js';
import { finite, LONGEST_TIMER } from '../option-checks.js';
import { type Kept, keep, within } from './cached-fetch.js';
import { contextOf, tampered, unknownKey } from './ciphertext.js';

/** KMS's own limit for what it decrypts is 6144 bytes: longer ones need not be sent. */
const MAX_WRAPPED = 8192;
const KEY_BYTES = 32;

/** A data key, with the header that holds it as KMS has encrypted it. */
interface DataKey {
  readonly header: string;
  readonly key: KeyObject;
}

/** Envelope encryption: KMS encrypts data keys, these encrypt data. Those who come while a key is fetched share the one request. */
export class DataKeys {
  /** How many requests KMS has had. */
  calls = 0;
  readonly #options: Complete<Omit<KmsOptions, 'client' | 'settings'>>;
  readonly #client: Once<KmsClient>;
  readonly #host: Host;
  /** In the order of their last use. */
  readonly #opened = new Map<string, Kept<KeyObject>>();
  #sealing: Kept<DataKey> | undefined;

  constructor(options: KmsOptions, host: Host) {
    const { keyId, previousKeyIds = [], context = {}, maxAge = 300_000, maxUses = 1000, maxKeys = 100, timeout = 5000, client, settings = {} } = options;
    if (typeof keyId !== 'string' || keyId === '') throw invalidParam('security', 'kms.keyId', keyId, "a key's id, ARN or alias");
    if (!Array.isArray(previousKeyIds)) throw invalidParam('security', 'kms.previousKeyIds', previousKeyIds, 'a list of ids, ARNs or aliases');
    for (const [name, value] of Object.entries({ maxAge, maxUses, maxKeys })) finite(`kms.${name}`, value, { least: 1 });
    finite('kms.timeout', timeout, { least: 1, most: LONGEST_TIMER, of: 'a number of milliseconds' });
    this.#options = { keyId, previousKeyIds, context: contextOf(context), maxAge, maxUses, maxKeys, timeout };
    this.#host = host;
    const given = { maxAttempts: 2, ...withoutUndefined(settings) };
    this.#client = once(() => client ?? awsClient<KmsClient>('client-kms', 'KMS', { who: 'security', settings: given }));
  }

  /** How many are kept that may still be used. */
  get held(): number {
    const kept: (Kept<unknown> | undefined)[] = [this.#sealing, ...this.#opened.values()];
    return kept.filter((each) => each?.there && this.#isFresh(each)).length;
  }

  /** The one to encrypt with; made anew after a time and a number of uses. */
  current(): Promise<DataKey> {
    const known = this.#sealing;
    const kept = known && known.uses < this.#options.maxUses && this.#isFresh(known) ? known : this.#making();
    this.#sealing = kept;
    kept.uses++;
    return this.#wait(kept);
  }

  /** The one that KMS has encrypted. @throws `Tampered`, `UnknownKey` */
  async open(wrapped: string): Promise<KeyObject> {
    if (wrapped.length > MAX_WRAPPED) throw tampered();
    const known = this.#opened.get(wrapped);
    const kept = known && this.#isFresh(known) ? known : this.#opening(wrapped);
    this.#opened.delete(wrapped);
    this.#opened.set(wrapped, kept);
    if (this.#opened.size > this.#options.maxKeys) this.#makeRoom();
    return this.#wait(kept);
  }

  /** One that may not be used any more goes first, else the one used longest ago. */
  #makeRoom(): void {
    const [oldest] = this.#opened.keys();
    const expired = this.#opened.entries().find(([, kept]) => !this.#isFresh(kept));
    this.#opened.delete(expired?.[0] ?? (oldest as string));
  }

  #making(): Kept<DataKey> {
    return keep(
      (signal) => this.#make(signal),
      (failed) => this.#sealing === failed && (this.#sealing = undefined),
    );
  }

  #opening(wrapped: string): Kept<KeyObject> {
    return keep(
      (signal) => this.#unwrap(wrapped, signal),
      (failed) => this.#opened.get(wrapped) === failed && this.#opened.delete(wrapped),
    );
  }

  /** A clock set back makes a key older, not younger. One that should have come long ago was asked for before the process was frozen. */
  #isFresh({ made, there, work }: Kept<unknown>): boolean {
    return !work.isCancelled && Math.abs(Date.now() - made) < (there ? this.#options.maxAge : this.#options.timeout);
  }

  #wait<T>({ work }: Kept<T>): Promise<T> {
    return work.wait(this.#host.invocation()?.deadline, () => {
      throw keysUnavailable('KMS has not answered in the time the invocation has left.');
    });
  }

  async #make(signal: AbortSignal): Promise<DataKey> {
    const { keyId: KeyId, context: EncryptionContext } = this.#options;
    const { CiphertextBlob, Plaintext } = await this.#ask(signal, (kms, settings) =>
      kms.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext }, settings),
    );
    const key = secret(Plaintext);
    if (!key || !CiphertextBlob) throw keysUnavailable(`KMS has answered without a data key of ${KEY_BYTES} bytes.`);
    return { header: `suga1.kms.${Buffer.from(CiphertextBlob).toString('base64url')}`, key };
  }

  async #unwrap(wrapped: string, signal: AbortSignal): Promise<KeyObject> {
    const { keyId, previousKeyIds, context: EncryptionContext } = this.#options;
    const CiphertextBlob = Buffer.from(wrapped, 'base64url');
    for (const KeyId of [keyId, ...previousKeyIds]) {
      try {
        // Named, so that KMS opens nothing that was made with another key this function happens to be allowed.
        const { Plaintext } = await this.#ask(signal, (kms, settings) => kms.decrypt({ CiphertextBlob, KeyId, EncryptionContext }, settings));
        return secret(Plaintext) ?? Promise.reject(tampered());
      } catch (error) {
        const { name } = error as Error;
        if (name === 'InvalidCiphertextException') throw tampered(error);
        if (name !== 'IncorrectKeyException') throw error;
      }
    }
    throw unknownKey('of KMS');
  }

  #ask<T>(given: AbortSignal, call: (kms: KmsClient, settings: object) => Promise<T>): Promise<T> {
    this.calls++;
    return within(this.#options.timeout, given, (abortSignal) => call(this.#client(), { abortSignal }));
  }
}

/** A key that no inspection prints; the bytes it came in are wiped. `undefined` for what is no AES-256 key. */
function secret(bytes: Uint8Array | undefined): KeyObject | undefined {
  if (bytes?.length !== KEY_BYTES) return undefined;
  const key = process.getBuiltinModule('node:crypto').createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
