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

/** What this interface raises itself, beside `InvalidParams` for a wrong argument or setting of the program's own. */
export type SecurityErrorCode =
  /** A token is refused; `details.reason` is a `TokenProblem`. */
  | 'InvalidToken'
  /** A value from outside is not what the rule asks for; `issues` has every one. */
  | 'InvalidInput'
  /** What is to be decrypted was changed, is for another context, or was never encrypted here. */
  | 'Tampered'
  /** What is to be decrypted names a key that is not known; `details.keyId`. */
  | 'UnknownKey'
  /** Keys could not be fetched (in time); `details.retryAfter` in ms where it is known. */
  | 'KeysUnavailable';

/** Why a token is refused. For logs and metrics: a client needs to know no more than that it is. */
export type TokenProblem = 'malformed' | 'algorithm' | 'key' | 'signature' | 'expired' | 'notYetValid' | 'issuer' | 'audience' | 'claim';

/** Settings of security. Each part is read when something first needs it. */
export interface SecurityOptions {
  readonly tokens?: TokenOptions | undefined;
  readonly encryption?: EncryptionOptions | undefined;
  readonly passwords?: PasswordOptions | undefined;
  readonly rateLimit?:
    | (RateLimit & {
        /** How many keys are counted at most; beyond, the one used longest ago is forgotten. @default 10_000 */
        readonly maxKeys?: number | undefined;
      })
    | undefined;
  /** Further words that make a name's value secret, for `sanitizeForLog`. @default [] */
  readonly redact?: readonly string[] | undefined;
}

/** What a token says. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** In seconds since the epoch, as are `nbf` and `iat`. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** How a digest is made and written. */
export interface DigestOptions {
  /** @default 'sha256' */
  readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | undefined;
  /** @default 'hex' */
  readonly encoding?: 'hex' | 'base64' | 'base64url' | undefined;
}

/** What encrypted data is bound to: it must be the same again when it is decrypted. Not part of the result, and not secret by it. */
export interface ContextOptions {
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/** Whether it may happen now, and when it may again. */
export interface RateLimitResult {
  readonly allowed: boolean;
  readonly limit: number;
  /** How many more there may be at once. */
  readonly remaining: number;
  /** How long to wait, in ms; 0 where it is allowed. */
  readonly retryAfter: number;
}

/** What has been done since it was loaded. */
export interface SecurityStats {
  readonly tokens: { readonly verified: number; readonly refused: number; readonly keyFetches: number };
  readonly encryption: { readonly encrypted: number; readonly decrypted: number; readonly refused: number; readonly kmsCalls: number };
  /** `malformed`: stored hashes that `hashPassword` cannot have made. They are among the refused. */
  readonly passwords: { readonly verified: number; readonly refused: number; readonly malformed: number };
  readonly rateLimit: { readonly keys: number; readonly allowed: number; readonly limited: number; readonly evicted: number };
}

/** Tokens, encryption, passwords, digests, validation, rate limits. What each needs is loaded when it is first called. */
export interface Security {
  /**
   * The claims of a JSON Web Token, once its signature and its claims hold. A header's `Bearer …` will do.
   * @throws `InvalidToken`; `KeysUnavailable` where the issuer's keys cannot be fetched
   */
  verifyToken<T extends object = Claims>(token: string | undefined, options?: VerifyOptions): Promise<T & Claims>;
  /** Makes a token, with `iat` and `exp`. Claims go before the settings; undefined ones are none. @throws `InvalidParams` for what JSON cannot hold */
  signToken(claims: object, options?: SignOptions): Promise<string>;
  /** Encrypts text or bytes with AES-256-GCM. The result is text for URLs, JSON and columns: `suga1.key.<key id>.<base64url>`. */
  encrypt(data: string | Uint8Array, options?: ContextOptions): Promise<string>;
  /** What was encrypted. @throws `Tampered`, `UnknownKey` */
  decrypt(sealed: string, options?: ContextOptions & { readonly as?: 'text' | undefined }): Promise<string>;
  decrypt(sealed: string, options: ContextOptions & { readonly as: 'bytes' }): Promise<Uint8Array>;
  /** A password's hash with a salt of its own: `$scrypt$ln=15,r=8,p=3$…`. @throws `InvalidInput` unless it is a string of 1 to 1024 characters */
  hashPassword(password: string): Promise<string>;
  /**
   * Whether it is the password. Without a hash (no such user: `undefined`, `null` or `''`), with a malformed one, or for what cannot be a
   * password, it takes as long and is false. A malformed hash is reported by a process warning and by `stats()`.
   */
  verifyPassword(password: string, hash: string | null | undefined): Promise<boolean>;
  /** Whether a hash was made with other settings than today's: hash the password anew at its next use. @throws `InvalidParams` for a malformed hash */
  needsRehash(hash: string): boolean;
  /** A digest (SHA-2). Not for passwords. */
  hash(data: string | Uint8Array, options?: DigestOptions): string;
  /** Whether it is the data's digest. */
  verifyHash(data: string | Uint8Array, digest: string | undefined, options?: DigestOptions): boolean;
  /** A keyed digest. */
  hmac(data: string | Uint8Array, key: string | Uint8Array, options?: DigestOptions): string;
  /** Whether it is the data's keyed digest: a webhook's signature. */
  verifyHmac(data: string | Uint8Array, mac: string | undefined, key: string | Uint8Array, options?: DigestOptions): boolean;
  /** Whether two secrets are the same, in a time that does not tell where they differ. */
  equals(a: string | Uint8Array, b: string | Uint8Array): boolean;
  /** The value, if it is what a rule or a Standard Schema asks for. @param name How messages call it. @throws `InvalidInput` */
  validate<Output>(value: unknown, schema: StandardSchema<Output>, name?: string): Output;
  validate<const R extends Rule>(value: unknown, rule: R, name?: string): Infer<R>;
  /** What the rules name of a request, with texts made numbers and booleans where a rule says so. @throws `InvalidInput` with everything that is wrong */
  validateRequest<const Rules extends RequestRules>(request: RequestLike, rules: Rules): ValidRequest<Rules>;
  validateString(value: unknown, rule?: RuleOptions<StringRule>, name?: string): string;
  validateEmail(value: unknown, rule?: RuleOptions<EmailRule>, name?: string): string;
  validateUrl(value: unknown, rule?: RuleOptions<UrlRule>, name?: string): string;
  validateNumber(value: unknown, rule?: RuleOptions<NumberRule>, name?: string): number;
  validateRecord<const R extends RuleOptions<RecordRule>>(value: unknown, rule?: R, name?: string): Infer<R & { type: 'record' }>;
  validateList<const R extends RuleOptions<ListRule>>(value: unknown, rule?: R, name?: string): Infer<R & { type: 'list' }>;
  /** Counts one more under a key, if it is allowed. Counts in the memory of this environment: n environments allow n times as much. */
  checkRateLimit(key: string, limit?: RateLimit): RateLimitResult;
  /** Forgets what was counted under a key, and says whether there was anything. */
  resetRateLimit(key: string): boolean;
  /** A value fit for a log: one line, of bounded size, without secrets as far as names and known shapes tell. */
  sanitizeForLog(value: string): string;
  sanitizeForLog(value: unknown): unknown;
  /** Text that HTML shows as it is, between tags and in quoted attributes. */
  escapeHtml(text: string): string;
  /** A new random id: `order-3f2b…`. */
  correlationId(prefix?: string): string;
  /** What has been done since it was loaded. */
  stats(): SecurityStats;
}
