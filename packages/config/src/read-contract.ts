/** The part of a Standard Schema that is used here. Any library that follows https://standardschema.dev fits (zod, valibot, arktype …). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a schema: a value, or issues. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] };

/** The output type of a schema. */
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/**
 * Conversion of a stored string: `json` parses it, `binary` decodes it from base64 (a store's own bytes stay as they are), `auto` does one
 * of the two for names that end in `.json` or `.binary`, and nothing for others.
 */
export type Transform = 'json' | 'binary' | 'auto';

/** Settings of one read. */
export interface ReadOptions {
  /** Maximum age in ms of a cached value. @default the interface's `ttl` */
  readonly ttl?: number | undefined;
  /** Whether the value is read from the store even if it is cached; a stale value is not returned. Use it after a rotation. @default false */
  readonly refresh?: boolean | undefined;
}

/** Settings of one read of the Parameter Store. */
export interface ParameterOptions extends ReadOptions {
  /** Whether a SecureString is decrypted. @default true */
  readonly decrypt?: boolean | undefined;
}

/** Reads one value. The result of `transform` is computed once and shared: do not change it. */
export interface Read<Target, Options extends ReadOptions = ReadOptions> {
  (target: Target, options?: Options & { readonly transform?: undefined; readonly schema?: undefined }): Promise<string>;
  <Schema extends StandardSchema>(
    target: Target,
    options: Options & { readonly transform?: Transform | undefined; readonly schema: Schema },
  ): Promise<OutputOf<Schema>>;
  (target: Target, options: Options & { readonly transform: 'binary' }): Promise<Uint8Array>;
  <T = unknown>(target: Target, options: Options & { readonly transform: 'json' | 'auto' }): Promise<T>;
}

/** Reads several values and returns them in the order of the names. */
export interface ReadMany<Options extends ReadOptions = ReadOptions> {
  <const Names extends readonly string[]>(
    names: Names,
    options?: Options & { readonly transform?: undefined },
  ): Promise<{ -readonly [Index in keyof Names]: string }>;
  <T = unknown>(names: readonly string[], options: Options & { readonly transform: Transform }): Promise<T[]>;
}

/** A configuration profile of AppConfig, with the name or id of each part. */
export interface AppConfigProfile {
  readonly application: string;
  readonly environment: string;
  readonly profile: string;
}

/** One value to read, and the store to read it from. */
export type Source = (
  | ({ readonly parameter: string } & ParameterOptions)
  | ({ readonly path: string } & ParameterOptions)
  | ({ readonly secret: string } & ReadOptions)
  | ({ readonly appConfig: AppConfigProfile } & ReadOptions)
) & { readonly transform?: Transform | undefined };

/** The result of `prefetch`. */
export interface Prefetched {
  /** Number of sources that were read and cached. */
  readonly read: number;
  /** Errors of the sources that could not be read. Their first use tries again. */
  readonly failed: readonly Error[];
}

/** A cached entry, without its value. */
export interface CachedValue {
  /** `parameter /app/url`, `secret db`, `path /app`, `appConfig shop/live/flags`. */
  readonly name: string;
  /** Time in ms since the value was read. */
  readonly age: number;
}

/** Numbers of reads and requests, and the cached entries. */
export interface StoreStats {
  readonly cached: readonly CachedValue[];
  /** Number of reads that were served from the cache. */
  readonly hits: number;
  readonly misses: number;
  /** Number of reads that joined one in flight. */
  readonly joined: number;
  /** Number of requests that were sent. */
  readonly calls: number;
  readonly failures: number;
  /** Number of reads that got an expired value because the service did not respond. */
  readonly stale: number;
}
