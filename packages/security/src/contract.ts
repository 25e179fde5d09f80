import type { EncryptionOptions, PasswordOptions, RateLimit, SignOptions, TokenOptions, VerifyOptions } from './options.js';
import type {
  EmailRule,
  Infer,
  ListRule,
  NumberRule,
  RecordRule,
  RequestLike,
  RequestRules,
  Rule,
  RuleOptions,
  StandardSchema,
  StringRule,
  UrlRule,
  ValidRequest,
} from './rule-types.js';

export type * from './options.js';
export type * from './rule-types.js';

/** Error codes of this interface. A wrong argument or setting in the program itself is `InvalidParams`. */
export type SecurityErrorCode =
  /** A token was refused. `details.reason` is a `TokenProblem`. */
  | 'InvalidToken'
  /** A value from outside breaks a rule. `issues` lists every problem. */
  | 'InvalidInput'
  /** The data to decrypt was changed, belongs to another context, or was not encrypted by this interface. */
  | 'Tampered'
  /** The data to decrypt names an unknown key: `details.keyId`. */
  | 'UnknownKey'
  /** Keys could not be fetched, or not in time. `details.retryAfter` is in ms, if it is known. */
  | 'KeysUnavailable';

/** The reason why a token was refused, for logs and metrics. A client needs to know only that its token was refused. */
export type TokenProblem = 'malformed' | 'algorithm' | 'key' | 'signature' | 'expired' | 'notYetValid' | 'issuer' | 'audience' | 'claim';

/** Settings of security. Each part is read when an operation first needs it. */
export interface SecurityOptions {
  readonly tokens?: TokenOptions | undefined;
  readonly encryption?: EncryptionOptions | undefined;
  readonly passwords?: PasswordOptions | undefined;
  readonly rateLimit?:
    | (RateLimit & {
        /** Maximum number of keys that are counted. Beyond it, the least recently used key is forgotten. @default 10_000 */
        readonly maxKeys?: number | undefined;
      })
    | undefined;
  /** More words that mark a name as secret: `sanitizeForLog` hides the values of names that contain one. @default [] */
  readonly redact?: readonly string[] | undefined;
}

/** The claims of a token. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** Seconds since the epoch, as are `nbf` and `iat`. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** Algorithm and encoding of a digest. */
export interface DigestOptions {
  /** @default 'sha256' */
  readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | undefined;
  /** @default 'hex' */
  readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined;
}

/** The context that encrypted data is bound to: decryption needs the same context. It is not part of the result, and encryption does not keep it secret. */
export interface ContextOptions {
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/** Whether a call is allowed now, and when the next one will be. */
export interface RateLimitResult {
  readonly allowed: boolean;
  readonly limit: number;
  /** Number of further calls that are allowed at once. */
  readonly remaining: number;
  /** Milliseconds to wait; 0 if the call is allowed. */
  readonly retryAfter: number;
}

/** Counts since the interface was loaded. */
export interface SecurityStats {
  readonly tokens: { readonly verified: number; readonly refused: number; readonly keyFetches: number };
  readonly encryption: { readonly encrypted: number; readonly decrypted: number; readonly refused: number; readonly kmsCalls: number };
  /** `malformed`: stored hashes that `hashPassword` cannot have made. `refused` includes them. */
  readonly passwords: { readonly verified: number; readonly refused: number; readonly malformed: number };
  readonly rateLimit: { readonly keys: number; readonly allowed: number; readonly limited: number; readonly evicted: number };
}

/** Tokens, encryption, passwords, digests, validation and rate limits. The code of each part is loaded when it is first called. */
export interface Security {
  /**
   * Verifies the signature and the claims of a JSON Web Token, and returns the claims. `Bearer …` of a header is accepted.
   * @throws `InvalidToken`; `KeysUnavailable` if the issuer's keys cannot be fetched
   */
  verifyToken<T extends object = Claims>(token: string | undefined, options?: VerifyOptions): Promise<T & Claims>;
  /** Signs a token with `iat` and `exp`. Claims override the settings; undefined claims are ignored. @throws `InvalidParams` for values that JSON cannot represent */
  signToken(claims: object, options?: SignOptions): Promise<string>;
  /** Encrypts a string or bytes with AES-256-GCM. The result is a string for URLs, JSON and table columns: `suga1.key.<key id>.<base64url>`. */
  encrypt(data: string | Uint8Array, options?: ContextOptions): Promise<string>;
  /** Decrypts a result of `encrypt`. @throws `Tampered`, `UnknownKey` */
  decrypt(ciphertext: string, options?: ContextOptions & { readonly as?: 'text' | undefined }): Promise<string>;
  decrypt(ciphertext: string, options: ContextOptions & { readonly as: 'bytes' }): Promise<Uint8Array>;
  /** Hashes a password with a new salt: `$scrypt$ln=15,r=8,p=3$…`. @throws `InvalidInput` unless the password is a string of 1 to 1024 characters */
  hashPassword(password: string): Promise<string>;
  /**
   * Whether the password matches the hash. The result is false, after the same time, without a hash (no such user: `undefined`, `null`
   * or `''`), with a malformed hash, and for a value that cannot be a password. A malformed hash is reported by a process warning and
   * by `stats()`.
   */
  verifyPassword(password: string, hash: string | null | undefined): Promise<boolean>;
  /** Whether a hash was made with other settings than the current ones. If so, hash the password again at its next use. @throws `InvalidParams` for a malformed hash */
  needsRehash(hash: string): boolean;
  /** Computes a digest (SHA-2). Do not use it for passwords. */
  hash(data: string | Uint8Array, options?: DigestOptions): string;
  /** Whether `digest` is the digest of the data. */
  verifyHash(data: string | Uint8Array, digest: string | undefined, options?: DigestOptions): boolean;
  /** Computes a keyed digest. */
  hmac(data: string | Uint8Array, key: string | Uint8Array, options?: DigestOptions): string;
  /** Whether `mac` is the keyed digest of the data, such as the signature of a webhook. */
  verifyHmac(data: string | Uint8Array, mac: string | undefined, key: string | Uint8Array, options?: DigestOptions): boolean;
  /** Whether two secrets are equal. The time that it takes does not reveal where they differ. */
  equals(a: string | Uint8Array, b: string | Uint8Array): boolean;
  /** Returns the value if it fits a rule or a Standard Schema. @param name Name of the value in messages. @throws `InvalidInput` */
  validate<Output>(value: unknown, schema: StandardSchema<Output>, name?: string): Output;
  validate<const R extends Rule>(value: unknown, rule: R, name?: string): Infer<R>;
  /** Returns the parts of a request that the rules name. Strings become numbers and booleans if a rule says so. @throws `InvalidInput` with all problems */
  validateRequest<const Rules extends RequestRules>(request: RequestLike, rules: Rules): ValidRequest<Rules>;
  validateString(value: unknown, rule?: RuleOptions<StringRule>, name?: string): string;
  validateEmail(value: unknown, rule?: RuleOptions<EmailRule>, name?: string): string;
  validateUrl(value: unknown, rule?: RuleOptions<UrlRule>, name?: string): string;
  validateNumber(value: unknown, rule?: RuleOptions<NumberRule>, name?: string): number;
  validateRecord<const R extends RuleOptions<RecordRule>>(value: unknown, rule?: R, name?: string): Infer<R & { type: 'record' }>;
  validateList<const R extends RuleOptions<ListRule>>(value: unknown, rule?: R, name?: string): Infer<R & { type: 'list' }>;
  /** Counts one more call under a key, if it is allowed. Counts are in the memory of this environment: n environments allow n times as many calls. */
  checkRateLimit(key: string, limit?: RateLimit): RateLimitResult;
  /** Removes the count of a key. Returns whether there was one. */
  resetRateLimit(key: string): boolean;
  /** Returns a value that is safe to log: one line, of bounded size, without the secrets that names and known patterns reveal. */
  sanitizeForLog(value: string): string;
  sanitizeForLog(value: unknown): unknown;
  /** Escapes a string so that HTML shows it unchanged, between tags and in quoted attributes. */
  escapeHtml(text: string): string;
  /** Creates a random id, after the prefix if there is one: `order-3f2b…`. */
  correlationId(prefix?: string): string;
  /** Returns counts since the interface was loaded. */
  stats(): SecurityStats;
}
