import type { KeyObject } from 'node:crypto';
import type { Host } from '@suga/gateway';
import { assertObject, assertOneOf } from '@suga/gateway/check';
import { invalidParam, isSugaError } from '@suga/gateway/errors';
import type { ContextOptions, EncryptionOptions, KeySource, SecurityStats } from '../contract.js';
import { missingSetting } from '../errors.js';
import { type LazyValue, lazyValue } from '../lazy-value.js';
import { isReference, resolveReference } from '../setting-references.js';
import { type Ciphertext, open, parseCiphertext, parseContext, toCiphertext, unknownKey } from './ciphertext.js';
import type { DataKeys } from './kms-data-keys.js';

const KEY_BYTES = 32;

type DecryptOptions = ContextOptions & { readonly as?: 'text' | 'bytes' };

/** Encrypts with AES-256-GCM, with keys by id or data keys from KMS. */
export class Encryption {
  readonly #host: Host;
  readonly #keys: Readonly<Record<string, KeySource>>;
  /** Id of the key that encrypts. If it is undefined, KMS data keys encrypt. */
  readonly #current: string | undefined;
  readonly #kms: LazyValue<DataKeys> | undefined;
  readonly #resolved = new Map<string, Promise<KeyObject>>();
  #encrypted = 0;
  #decrypted = 0;
  #refused = 0;

  constructor({ keys = {}, current, kms }: EncryptionOptions, host: Host) {
    const ids = Object.keys(keys);
    for (const id of ids)
      if (!/^[\w-]{1,64}$/.test(id)) throw invalidParam('security', 'encryption.keys', id, 'keys by ids of 1 to 64 letters, digits, _ or -');
    if (current !== undefined && !Object.hasOwn(keys, current)) throw invalidParam('security', 'encryption.current', current, 'the id of one of the keys');
    this.#host = host;
    this.#keys = keys;
    this.#current = current ?? (kms || ids.length !== 1 ? undefined : ids[0]);
    this.#kms = kms && lazyValue(() => new (require('./kms-data-keys.js') as typeof import('./kms-data-keys.js')).DataKeys(kms, host));
  }

  async encrypt(data: string | Uint8Array, options?: ContextOptions): Promise<string> {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) throw invalidParam('security', 'data', data, 'a string or bytes');
    const context = parseContext(parseOptions(options).context);
    const { header, key } = await this.#encryptionKey();
    const ciphertext = toCiphertext(key, header, data, context);
    this.#encrypted++;
    return ciphertext;
  }

  async decrypt(text: string, options?: DecryptOptions): Promise<string | Uint8Array> {
    if (typeof text !== 'string') throw invalidParam('security', 'ciphertext', text, 'a string that encrypt returned');
    const { context, as = 'text' } = parseOptions(options);
    assertOneOf('security', 'as', as, ['text', 'bytes']);
    const parsedContext = parseContext(context);
    try {
      const ciphertext = parseCiphertext(text);
      const data = open(await this.#decryptionKey(ciphertext), ciphertext, parsedContext);
      this.#decrypted++;
      return as === 'bytes' ? new Uint8Array(data) : toText(data);
    } catch (error) {
      if (isSugaError<string>(error, 'Tampered') || isSugaError<string>(error, 'UnknownKey')) this.#refused++;
      throw error;
    }
  }

  /** Number of data keys that would have to be fetched again after an unload. */
  get held(): number {
    return this.#kms?.created?.held ?? 0;
  }

  stats(): SecurityStats['encryption'] {
    return { encrypted: this.#encrypted, decrypted: this.#decrypted, refused: this.#refused, kmsCalls: this.#kms?.created?.calls ?? 0 };
  }

  async #encryptionKey(): Promise<{ readonly header: string; readonly key: KeyObject }> {
    if (this.#current !== undefined) return { header: `suga1.key.${this.#current}`, key: await this.#resolveKey(this.#current) };
    if (this.#kms) return this.#kms().currentKey();
    throw missingSetting(
      'encrypt',
      Object.keys(this.#keys).length > 1 ? 'to know which key encrypts: encryption.current' : 'encryption.keys or encryption.kms',
    );
  }

  async #decryptionKey({ kind, key }: Ciphertext): Promise<KeyObject> {
    if (kind === 'key' && Object.hasOwn(this.#keys, key)) return this.#resolveKey(key);
    if (kind === 'kms' && this.#kms) return this.#kms().unwrap(key);
    throw unknownKey(kind === 'kms' ? undefined : key.slice(0, 64));
  }

  /** Resolves a key once, because an id always means the same key. A failure is not cached. */
  #resolveKey(name: string): Promise<KeyObject> {
    const cached = this.#resolved.get(name);
    if (cached) return cached;
    const key = toKey(name, this.#keys[name] as KeySource, this.#host);
    this.#resolved.set(name, key);
    key.catch(() => this.#resolved.delete(name));
    return key;
  }
}

async function toKey(name: string, source: KeySource, host: Host): Promise<KeyObject> {
  const material = isReference(source) ? await resolveReference(source, host, `encryption.keys.${name}`) : source;
  const bytes = typeof material === 'string' && /^[\w+/-]{43}=?$/.test(material.trim()) ? Buffer.from(material.trim(), 'base64') : material;
  if (bytes instanceof Uint8Array && bytes.length === KEY_BYTES) return process.getBuiltinModule('node:crypto').createSecretKey(bytes);
  throw invalidParam('security', `encryption.keys.${name}`, undefined, `${KEY_BYTES} bytes, or these in base64`);
}

/** Decodes UTF-8. `fatal` is set because decoding would otherwise change bytes that are not UTF-8. */
function toText(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw invalidParam('security', 'as', 'text', '"bytes", because the encrypted data is not text');
  }
}

const parseOptions = (options: DecryptOptions = {}): DecryptOptions => assertObject('security', 'options', options);
