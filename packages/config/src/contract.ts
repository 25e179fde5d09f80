import type { AppConfigClient, SecretsClient, SsmClient } from './aws-clients.js';
import type {
  AppConfigProfile,
  OutputOf,
  ParameterOptions,
  Prefetched,
  Read,
  ReadMany,
  Source,
  StandardSchema,
  StoreStats,
  Transform,
} from './read-contract.js';

export type * from './aws-clients.js';
export type * from './read-contract.js';

/** Settings by name, as written in code. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/**
 * Error codes of remote stores and files, in addition to the gateway's own. `details` contains `name`, and for a missing permission also
 * `permission` and `resource`.
 */
export type ConfigErrorCode = 'NotFound' | 'Forbidden' | 'Unavailable' | 'InvalidValue';

/** Options of the config interface. */
export interface ConfigOptions {
  /** Environment variables. They take precedence over files, presets and defaults. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Settings that apply if no other source has the name. @default {} */
  readonly defaults?: Settings | undefined;
  /**
   * Named sets of settings, one of which is in use. The presets `minimum`, `standard` and `maximum` always exist. They configure how values
   * from stores are cached. @default {}
   */
  readonly presets?: Readonly<Record<string, Settings>> | undefined;
  /** The first preset in use. @default 'standard' */
  readonly preset?: string | undefined;
  /** Time in ms that a value from a store is cached. @default the setting `SUGA_CONFIG_TTL`, which is 300_000 in the preset `standard` */
  readonly ttl?: number | undefined;
  /**
   * Maximum number of cached values from stores. Beyond it, the least recently used value is removed.
   * @default the setting `SUGA_CONFIG_MAX_ENTRIES`, which is 1000 in the preset `standard`
   */
  readonly maxEntries?: number | undefined;
  /** Time in ms after its `ttl` during which a value is still returned if its store is unavailable; 0 for not at all. @default 300_000 */
  readonly staleIfError?: number | undefined;
  /** Time limit in ms of a read from a store, including the client's retries. @default 5000 */
  readonly timeout?: number | undefined;
  /** Region of the stores. @default the client's own choice: `AWS_REGION` */
  readonly region?: string | undefined;
  /** Clients of your own. Otherwise clients of the runtime's SDK are created at the first read. @default {} */
  readonly clients?:
    | {
        readonly ssm?: SsmClient | undefined;
        readonly secretsManager?: SecretsClient | undefined;
        readonly appConfig?: AppConfigClient | undefined;
      }
    | undefined;
}

/** Names and counts of the settings, never values. */
export interface ConfigStats {
  /** The preset in use. */
  readonly preset: string;
  /** Names of all presets. */
  readonly presets: readonly string[];
  /** Paths of the files that were read. */
  readonly files: readonly string[];
  /** Names of the settings that were set in code. */
  readonly set: readonly string[];
  /** Statistics of remote stores; `undefined` until the first remote read. */
  readonly stores: StoreStats | undefined;
}

/**
 * Settings by name. Values set in code come first, then environment variables, files, the preset in use, and the defaults.
 *
 * The environment is read at each call, and an empty variable counts as not set. Values of remote stores have operations of their own. They
 * are cached, and no other operation returns them.
 */
export interface Config {
  /** Returns a setting as a string, or `fallback` if it is not set. */
  get(key: string): string | undefined;
  get<Fallback>(key: string, fallback: Fallback): string | Fallback;
  /** Returns a setting that must be set. @throws `InvalidParams`, with its name, if it is not set */
  getRequired(key: string): string;
  /** Returns a setting as a number. @throws `InvalidParams` if it is not a number */
  getNumber(key: string): number | undefined;
  getNumber<Fallback>(key: string, fallback: Fallback): number | Fallback;
  /** Returns a setting as a boolean: `true`, `1`, `yes` and `on` are true, their opposites false. @throws `InvalidParams` for other values */
  getBoolean(key: string): boolean | undefined;
  getBoolean<Fallback>(key: string, fallback: Fallback): boolean | Fallback;
  /** Returns a setting that is parsed as JSON. @throws `InvalidParams` if it is not JSON */
  getJson<T = unknown>(key: string): T | undefined;
  getJson<T>(key: string, fallback: T): T;
  /** Sets a value for this execution environment (one process, until it ends). It takes precedence over all other sources. */
  set(key: string, value: string | number | boolean): void;
  /** Returns all settings whose names begin with `prefix`, as strings; none from remote stores. They may be secrets: do not log them. */
  getAll(prefix?: string): Record<string, string>;
  /**
   * Returns the settings `<category>_…` (also with `.`, `/`, `:` or `-`) by the rest of their names: `getCategory('DB')` returns `DB_HOST` as
   * `HOST`.
   */
  getCategory(category: string): Record<string, string>;
  /** Starts again: removes values set in code and values from stores, reads files again, and returns to the first preset. */
  reload(): void;
  /**
   * Adds the settings of a JSON file that contains one object. A relative path starts in the function's folder. Arrays and objects stay JSON,
   * for `getJson`; `null` counts as not set. A later file takes precedence over an earlier one.
   * @returns Number of settings in the file. @throws `NotFound`, `InvalidValue`
   */
  loadFile(path: string): number;
  /** Replaces the preset in use. @throws `InvalidParams`, with the names of all presets, if there is none of this name */
  usePreset(name: string): void;
  /**
   * Validates all settings, or only `keys`, with a schema, and returns its output.
   * @throws `InvalidValue`, with the names of all settings that do not fit; `InvalidParams` for a schema that returns a promise
   */
  validate<Schema extends StandardSchema>(schema: Schema, keys?: readonly string[]): OutputOf<Schema>;
  /**
   * Loads a whole configuration and validates it with a schema, which may return a promise. Each key of `sources` comes from the setting
   * of that name or from a remote store. Without `sources`, all settings are validated. Remote values are read with as few requests as possible.
   * @throws `InvalidValue`, with the names of all keys that do not fit, and the errors of the reads
   */
  load<Schema extends StandardSchema>(schema: Schema, sources?: Readonly<Record<string, string | Source>>): Promise<OutputOf<Schema>>;
  /** Reads a parameter by its name or ARN. Reads of one tick share a request. @throws `NotFound`, `Forbidden`, `Unavailable`, `InvalidValue` */
  readonly getParameter: Read<string, ParameterOptions>;
  /** Reads several parameters, ten per request. @throws the error of a failed read; for several, one error with all in `details.failures`, by name */
  readonly getParameters: ReadMany<ParameterOptions>;
  /** Reads all parameters below a path, by the rest of their names; an empty object if there are none. Each is also cached by itself. */
  getParametersByPath<T = string>(path: string, options?: ParameterOptions & { readonly transform?: Transform | undefined }): Promise<Record<string, T>>;
  /** Reads a secret by its name or ARN. Reads of one tick share a request. @throws `NotFound`, `Forbidden`, `Unavailable`, `InvalidValue` */
  readonly getSecret: Read<string>;
  /** Reads several secrets, twenty per request. @throws the same errors as `getParameters` */
  readonly getSecrets: ReadMany;
  /** Reads a configuration of AppConfig. It is requested again after the service's poll interval, or after `ttl` if that is longer. */
  readonly getAppConfig: Read<AppConfigProfile>;
  /** Reads values ahead of time, for example in INIT. Failed reads do not reject; they are reported, and tried again at their first use. */
  prefetch(sources: readonly Source[]): Promise<Prefetched>;
  /** Returns names, ages and counts; never a value. */
  stats(): ConfigStats;
}
