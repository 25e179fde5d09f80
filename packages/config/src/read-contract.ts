/** A schema of any library that keeps to https://standardschema.dev (zod, valibot, arktype …); the part of it that is used here. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema answers: a value, or what is wrong. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] };

/** What a schema makes of a value. */
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/**
 * What becomes of a stored text: `json` parses it, `binary` reads it as base64 (a store's own bytes stay as they are),
 * `auto` does one of the two for names that end in `.json` or `.binary`, and nothing for others.
 */
export type Transform = 'json' | 'binary' | 'auto';

/** Settings of one read. */
export interface ReadOptions {
  /** How old a kept value may be, in ms. @default the interface's `ttl` */
  readonly ttl?: number | undefined;
  /** Asks the store whatever is kept, and serves nothing stale: for after a rotation. @default false */
  readonly refresh?: boolean | undefined;
}

/** Settings of one read of the Parameter Store. */
export interface ParameterOptions extends ReadOptions {
  /** Whether a SecureString is decrypted. @default true */
  readonly decrypt?: boolean | undefined;
}

/** Reads one value. What `transform` makes of it is made once and shared: do not change it. */
export interface Read<Target, Options extends ReadOptions = ReadOptions> {
  (target: Target, options?: Options & { readonly transform?: undefined; readonly schema?: undefined }): Promise<string>;
  <Schema extends StandardSchema>(
    target: Target,
    options: Options & { readonly transform?: Transform | undefined; readonly schema: Schema },
  ): Promise<OutputOf<Schema>>;
  (target: Target, options: Options & { readonly transform: 'binary' }): Promise<Uint8Array>;
  <T = unknown>(target: Target, options: Options & { readonly transform: 'json' | 'auto' }): Promise<T>;
}

/** Reads several values; they come in the order of the names. */
export interface ReadMany<Options extends ReadOptions = ReadOptions> {
  <const Names extends readonly string[]>(
    names: Names,
    options?: Options & { readonly transform?: undefined },
  ): Promise<{ -readonly [Index in keyof Names]: string }>;
  <T = unknown>(names: readonly string[], options: Options & { readonly transform: Transform }): Promise<T[]>;
}

/** A configuration profile of AppConfig, each by its name or id. */
export interface AppConfigProfile {
  readonly application: string;
  readonly environment: string;
  readonly profile: string;
}

/** One thing to read, and from where. */
export type Source = (
  | ({ readonly parameter: string } & ParameterOptions)
  | ({ readonly path: string } & ParameterOptions)
  | ({ readonly secret: string } & ReadOptions)
  | ({ readonly appConfig: AppConfigProfile } & ReadOptions)
) & { readonly transform?: Transform | undefined };

/** What `prefetch` achieved. */
export interface Prefetched {
  /** How many of the sources are kept now. */
  readonly read: number;
  /** What could not be read; the first use of it tries again. */
  readonly failed: readonly Error[];
}

/** One kept value, without the value. */
export interface CachedValue {
  /** `parameter /app/url`, `secret db`, `path /app`, `appConfig shop/live/flags`. */
  readonly name: string;
  /** For how long it has been here, in ms. */
  readonly age: number;
}

/** What the stores were asked, and what is kept of them. */
export interface StoreStats {
  readonly cached: readonly CachedValue[];
  /** Reads that a kept value answered. */
  readonly hits: number;
  readonly misses: number;
  /** Reads that joined one under way. */
  readonly joined: number;
  /** Batches sent. */
  readonly calls: number;
  readonly failures: number;
  /** Reads that a value beyond its time answered, because the service did not. */
  readonly stale: number;
}
