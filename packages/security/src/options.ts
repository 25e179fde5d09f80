/** A setting that `@suga/config` reads when it is first needed: from the environment, Secrets Manager or the Parameter Store. */
export type SettingReference = { readonly config: string } | { readonly secret: string } | { readonly parameter: string };

/** An algorithm that signs tokens. `HS` algorithms use one shared secret; the others use a private and a public key. */
export type TokenAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** A key of a key pair: PEM, JSON Web Key, `KeyObject`, `CryptoKey`, or a reference to a setting that holds PEM. */
export type AsymmetricKey = string | { readonly kty: string } | { readonly type: string } | SettingReference;

/** Checks that a token has to pass. An option that is `undefined` counts as missing; `false` switches a check off. */
export interface VerifyOptions {
  /** Allowed algorithms. There is no default, and algorithms with shared secrets do not mix with those of key pairs. */
  readonly algorithms?: readonly TokenAlgorithm[] | undefined;
  /** The URL (https) at which the issuer publishes its keys, or a key set itself. */
  readonly jwks?: string | URL | { readonly keys: readonly object[] } | undefined;
  /** A single public key, instead of `jwks`. */
  readonly publicKey?: AsymmetricKey | undefined;
  /** The secret of an `HS` algorithm, instead of `jwks`. It must be at least as long as the hash. Strings are encoded as UTF-8. */
  readonly secret?: string | Uint8Array | SettingReference | undefined;
  /** Allowed values of `iss`; `false` allows any. @default any */
  readonly issuer?: string | readonly string[] | false | undefined;
  /** Allowed audiences, of which `aud` must contain one; `false` allows any. @default any */
  readonly audience?: string | readonly string[] | false | undefined;
  /** Required value of `sub`; `false` allows any. @default any */
  readonly subject?: string | false | undefined;
  /** Required `typ` of the header, such as `at+jwt`; `false` allows any. @default any */
  readonly type?: string | false | undefined;
  /** Allowed difference between clocks in ms, rounded down to whole seconds. @default 5000 */
  readonly clockTolerance?: number | undefined;
  /** Maximum time in ms since the token was issued (`iat`); `false` allows any. @default any time */
  readonly maxAge?: number | false | undefined;
  /** Names of claims that a token must have; an empty array requires none. @default ['exp'] */
  readonly requiredClaims?: readonly string[] | undefined;
}

/** Options for signing a token. */
export interface SignOptions {
  /** @default the first of `algorithms` */
  readonly algorithm?: TokenAlgorithm | undefined;
  /** Lifetime in ms. A claim `exp` overrides it. @default 900_000 */
  readonly expiresIn?: number | undefined;
  /** `kid` in the header. */
  readonly keyId?: string | undefined;
  /** The private key. `HS` algorithms use `secret` instead. */
  readonly privateKey?: AsymmetricKey | undefined;
  readonly secret?: string | Uint8Array | SettingReference | undefined;
  /** The claim `iss`. @default the first issuer in the settings */
  readonly issuer?: string | undefined;
  /** The claim `aud`. @default the audience in the settings */
  readonly audience?: string | readonly string[] | undefined;
  /** `typ` in the header. @default 'JWT' */
  readonly type?: string | undefined;
}

/** How an issuer's published keys are fetched and cached. */
export interface JwksOptions {
  /** Time limit of a fetch in ms. @default 5000 */
  readonly timeout?: number | undefined;
  /** Time in ms after which cached keys are fetched again. @default 600_000 */
  readonly maxAge?: number | undefined;
  /** Minimum time in ms between two fetches, however many unknown key ids arrive. @default 30_000 */
  readonly cooldown?: number | undefined;
  /** Time in ms beyond `maxAge` during which old keys stay in use if a fetch fails. @default 3_600_000 */
  readonly staleFor?: number | undefined;
  /** Whether `http:` is allowed for hosts other than the local one. @default false */
  readonly allowInsecure?: boolean | undefined;
}

/** Settings of tokens. Options of a call override them. */
export interface TokenOptions extends VerifyOptions, Omit<SignOptions, 'issuer' | 'audience' | 'secret' | 'type'> {
  readonly keySets?: JwksOptions | undefined;
}

/** A key of 32 bytes: the bytes, base64 or base64url, or a reference to a setting that holds base64. `openssl rand -base64 32` creates one. */
export type KeySource = string | Uint8Array | SettingReference;

/** Settings of data keys from AWS Key Management Service (KMS). */
export interface KmsOptions {
  /** Id, ARN or alias of the KMS key that creates data keys. */
  readonly keyId: string;
  /** Other KMS keys, whose data keys can still be decrypted. @default [] */
  readonly previousKeyIds?: readonly string[] | undefined;
  /** The encryption context that each data key is bound to. It is not secret: CloudTrail shows it. @default {} */
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** Time in ms for which a data key is used. @default 300_000 */
  readonly maxAge?: number | undefined;
  /** Maximum number of uses of a data key for encryption. @default 1000 */
  readonly maxUses?: number | undefined;
  /** Maximum number of decrypted data keys in the cache. @default 100 */
  readonly maxKeys?: number | undefined;
  /** Time limit of a request in ms. @default 5000 */
  readonly timeout?: number | undefined;
  /** A `KMS` client of the AWS SDK. @default the client of Lambda's runtime */
  readonly client?: KmsClient | undefined;
  /** Settings of the runtime's client, such as region and endpoint. */
  readonly settings?: object | undefined;
}

/** The two methods of the SDK's `KMS` client that are called. */
export interface KmsClient {
  generateDataKey(input: object, options?: object): Promise<{ Plaintext?: Uint8Array | undefined; CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(input: object, options?: object): Promise<{ Plaintext?: Uint8Array | undefined }>;
}

/** Keys by id, keys from KMS, or both during a migration: data that was encrypted with either can be decrypted. */
export interface EncryptionOptions {
  /** Keys by id (letters, digits, `_`, `-`). An id always means the same key: a new key needs a new id. */
  readonly keys?: Readonly<Record<string, KeySource>> | undefined;
  /** The id of the key that encrypts. @default KMS if it is set, else the only key */
  readonly current?: string | undefined;
  readonly kms?: KmsOptions | undefined;
}

/** Cost of a password's hash (scrypt, RFC 7914): 128 · `cost` · `blockSize` bytes of memory, computed `parallelization` times. */
export interface PasswordOptions {
  /** N, a power of 2. @default 32_768 */
  readonly cost?: number | undefined;
  /** r. @default 8 */
  readonly blockSize?: number | undefined;
  /** p. @default 3 */
  readonly parallelization?: number | undefined;
}

/** A limit for the number of calls in a period. */
export interface RateLimit {
  /** Number of calls in a period. @default 100 */
  readonly limit?: number | undefined;
  /** Length of the period in ms. @default 60_000 */
  readonly period?: number | undefined;
  /** Number of calls that are allowed at once. @default `limit` */
  readonly burst?: number | undefined;
}
