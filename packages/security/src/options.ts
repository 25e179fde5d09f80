/** A setting that `@suga/config` reads when it is first needed: from the environment, Secrets Manager or the Parameter Store. */
export type SettingReference = { readonly config: string } | { readonly secret: string } | { readonly parameter: string };

/** What signs a token. Those with `HS` share one secret; the others have a private and a public key. */
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

/** A key of a key pair: PEM, JSON Web Key, `KeyObject` or `CryptoKey`, or where to read PEM from. */
export type AsymmetricKey = string | { readonly kty: string } | { readonly type: string } | SettingReference;

/** Checks that a token has to pass. An option that is `undefined` is one that is not given; `false` is the word that switches a check off. */
export interface VerifyOptions {
  /** The algorithms that will do: there is no default, and shared secrets do not mix with key pairs. */
  readonly algorithms?: readonly TokenAlgorithm[] | undefined;
  /** Where the issuer publishes its keys (https), or such a set itself. */
  readonly jwks?: string | URL | { readonly keys: readonly object[] } | undefined;
  /** Instead of `jwks`: the one public key. */
  readonly publicKey?: AsymmetricKey | undefined;
  /** Instead of `jwks`: the secret of an `HS` algorithm, at least as long as its hash. A text is taken as UTF-8. */
  readonly secret?: string | Uint8Array | SettingReference | undefined;
  /** `iss` must be it, or one of them; `false` for any. @default any */
  readonly issuer?: string | readonly string[] | false | undefined;
  /** `aud` must have it, or one of them; `false` for any. @default any */
  readonly audience?: string | readonly string[] | false | undefined;
  /** `sub` must be it; `false` for any. @default any */
  readonly subject?: string | false | undefined;
  /** The header's `typ`, as `at+jwt`; `false` for any. @default any */
  readonly type?: string | false | undefined;
  /** How far clocks may differ, in ms; whole seconds count. @default 5000 */
  readonly clockTolerance?: number | undefined;
  /** How long ago it may have been issued (`iat`), in ms; `false` for any time. @default any time */
  readonly maxAge?: number | false | undefined;
  /** Claims that must be there; an empty list for none. @default ['exp'] */
  readonly requiredClaims?: readonly string[] | undefined;
}

/** How a token is made. */
export interface SignOptions {
  /** @default the first of `algorithms` */
  readonly algorithm?: TokenAlgorithm | undefined;
  /** Until it expires, in ms; a claim `exp` goes before. @default 900_000 */
  readonly expiresIn?: number | undefined;
  /** The header's `kid`. */
  readonly keyId?: string | undefined;
  /** The private key; `HS` algorithms take `secret`. */
  readonly privateKey?: AsymmetricKey | undefined;
  readonly secret?: string | Uint8Array | SettingReference | undefined;
  /** The claim `iss`. @default the first of the settings */
  readonly issuer?: string | undefined;
  /** The claim `aud`. @default those of the settings */
  readonly audience?: string | readonly string[] | undefined;
  /** The header's `typ`. @default 'JWT' */
  readonly type?: string | undefined;
}

/** How an issuer's published keys are fetched and kept. */
export interface JwksOptions {
  /** In ms. @default 5000 */
  readonly timeout?: number | undefined;
  /** How long keys are used before they are fetched anew, in ms. @default 600_000 */
  readonly maxAge?: number | undefined;
  /** How long at least between two fetches, however many unknown key ids come, in ms. @default 30_000 */
  readonly cooldown?: number | undefined;
  /** How long keys that could not be fetched anew stay in use beyond `maxAge`, in ms. @default 3_600_000 */
  readonly staleFor?: number | undefined;
  /** Whether `http:` will do for other hosts than this one. @default false */
  readonly allowInsecure?: boolean | undefined;
}

/** Settings of tokens; a call's own go before. */
export interface TokenOptions extends VerifyOptions, Omit<SignOptions, 'issuer' | 'audience' | 'secret' | 'type'> {
  readonly keySets?: JwksOptions | undefined;
}

/** 32 bytes: as they are, in base64 (or base64url), or where to read the base64 from. `openssl rand -base64 32` makes some. */
export type KeySource = string | Uint8Array | SettingReference;

/** Data keys of the Key Management Service. */
export interface KmsOptions {
  /** Id, ARN or alias of the key that makes data keys. */
  readonly keyId: string;
  /** Other keys whose data keys may still be opened. @default [] */
  readonly previousKeyIds?: readonly string[] | undefined;
  /** The encryption context each data key is bound to. It is not secret: CloudTrail shows it. @default {} */
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** How long a data key is used, in ms. @default 300_000 */
  readonly maxAge?: number | undefined;
  /** How many times a data key encrypts. @default 1000 */
  readonly maxUses?: number | undefined;
  /** How many opened data keys are remembered. @default 100 */
  readonly maxKeys?: number | undefined;
  /** How long a request may take, in ms. @default 5000 */
  readonly timeout?: number | undefined;
  /** A `KMS` client of the AWS SDK. @default the runtime's */
  readonly client?: KmsClient | undefined;
  /** For the runtime's client: region, endpoint … */
  readonly settings?: object | undefined;
}

/** The two calls that are made of the SDK's `KMS`. */
export interface KmsClient {
  generateDataKey(input: object, options?: object): Promise<{ Plaintext?: Uint8Array | undefined; CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(input: object, options?: object): Promise<{ Plaintext?: Uint8Array | undefined }>;
}

/** Keys by id, or from KMS, or both while moving from one to the other: what either has sealed can be opened. */
export interface EncryptionOptions {
  /** Keys by id (letters, digits, `_`, `-`). An id stands for the same key for ever: a new key has a new id. */
  readonly keys?: Readonly<Record<string, KeySource>> | undefined;
  /** The id of the key that encrypts. @default KMS where it is set, or else the only key */
  readonly current?: string | undefined;
  readonly kms?: KmsOptions | undefined;
}

/** What a password's hash costs (scrypt, RFC 7914): 128 · `cost` · `blockSize` bytes of memory, `parallelization` times over in time. */
export interface PasswordOptions {
  /** N, a power of 2. @default 32_768 */
  readonly cost?: number | undefined;
  /** r. @default 8 */
  readonly blockSize?: number | undefined;
  /** p. @default 3 */
  readonly parallelization?: number | undefined;
}

/** How often something may happen. */
export interface RateLimit {
  /** How many in a period. @default 100 */
  readonly limit?: number | undefined;
  /** In ms. @default 60_000 */
  readonly period?: number | undefined;
  /** How many at once. @default `limit` */
  readonly burst?: number | undefined;
}
