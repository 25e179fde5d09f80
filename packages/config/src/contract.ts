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

/** Settings by name, as they are written in code. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** What goes wrong with a remote store, beside the gateway's own codes. `details` hold `name`, and with `Forbidden` the missing `permission` and its `resource`. */
export type ConfigErrorCode = 'NotFound' | 'Forbidden' | 'Unavailable' | 'InvalidValue';

/** Settings of the settings. */
export interface ConfigOptions {
  /** Where settings come from when nothing was set in code. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** What holds where nothing else says anything. @default {} */
  readonly defaults?: Settings | undefined;
  /** Named sets of settings, of which one is in use; beside `minimum`, `standard` and `maximum`, which say how values from stores are kept. @default {} */
  readonly presets?: Readonly<Record<string, Settings>> | undefined;
  /** The preset to begin with. @default 'standard' */
  readonly preset?: string | undefined;
  /** How long a value from a store is kept, in ms. @default the setting `SUGA_CONFIG_TTL`, which is 300_000 in the preset `standard` */
  readonly ttl?: number | undefined;
  /** How many values from stores are kept; beyond, the one used longest ago goes. @default the setting `SUGA_CONFIG_MAX_ENTRIES`, which is 1000 in the preset `standard` */
  readonly maxEntries?: number | undefined;
  /** For how long after its `ttl` a value is still served while its store is unavailable, in ms; 0 for not at all. @default 300_000 */
  readonly staleIfError?: number | undefined;
  /** How long a store may take, the client's retries included, in ms. @default 5000 */
  readonly timeout?: number | undefined;
  /** Region of the stores. @default the client's own choice: `AWS_REGION` */
  readonly region?: string | undefined;
  /** Clients of your own; those of the runtime's SDK are otherwise made at the first read. @default {} */
  readonly clients?:
    | {
        readonly ssm?: SsmClient | undefined;
        readonly secretsManager?: SecretsClient | undefined;
        readonly appConfig?: AppConfigClient | undefined;
      }
    | undefined;
}

/** What the settings consist of; names and counts, never values. */
export interface ConfigStats {
  /** The preset in use. */
  readonly preset: string;
  readonly presets: readonly string[];
  /** Files that were read. */
  readonly files: readonly string[];
  /** Names of the settings made in code. */
  readonly set: readonly string[];
  /** `undefined` until the first remote read. */
  readonly stores: StoreStats | undefined;
}

/**
 * Settings by name. What was set in code comes first, then the environment, then files, then the preset in use, then the defaults.
 * The environment is read when it is asked for; an empty variable counts as one that is not set.
 * Values of remote stores are asked for by operations of their own, kept for a while, and appear in nothing else.
 */
export interface Config {
  /** A setting as text, or `fallback` where there is none. */
  get(key: string): string | undefined;
  get<Fallback>(key: string, fallback: Fallback): string | Fallback;
  /** A setting that must be there. @throws `InvalidParams` that names it */
  getRequired(key: string): string;
  /** A setting that is a number. @throws `InvalidParams` where it is something else */
  getNumber(key: string): number | undefined;
  getNumber<Fallback>(key: string, fallback: Fallback): number | Fallback;
  /** A setting that is `true`, `1`, `yes` or `on`, or the opposite of these. @throws `InvalidParams` where it is something else */
  getBoolean(key: string): boolean | undefined;
  getBoolean<Fallback>(key: string, fallback: Fallback): boolean | Fallback;
  /** A setting that is JSON. @throws `InvalidParams` where it is not */
  getJson<T = unknown>(key: string): T | undefined;
  getJson<T>(key: string, fallback: T): T;
  /** Sets a value for this environment (one process, until it ends), before whatever else there is. */
  set(key: string, value: string | number | boolean): void;
  /** All settings whose names begin with `prefix`, as text; nothing from remote stores. They may be secrets: do not log them. */
  getAll(prefix?: string): Record<string, string>;
  /** The settings `<category>_…` (also with `.`, `/`, `:` or `-`) by the rest of their names: `getCategory('DB')` gives `HOST` for `DB_HOST`. */
  getCategory(category: string): Record<string, string>;
  /** Begins anew: forgets what was set in code and what came from stores, reads files again, returns to the first preset. */
  reload(): void;
  /**
   * Takes settings from a JSON file that holds one object; a relative path is one in the function's folder. What is neither text,
   * number nor boolean stays JSON, for `getJson`; `null` counts as not set. A later file comes before an earlier one.
   * @returns How many settings it has. @throws `NotFound`, `InvalidValue`
   */
  loadFile(path: string): number;
  /** Puts another preset in the place of the one in use. @throws `InvalidParams` that names those there are */
  usePreset(name: string): void;
  /**
   * Checks settings with a schema and hands out what it makes of them: all settings, or only `keys`.
   * @throws `InvalidValue` that names every setting that does not fit; `InvalidParams` for a schema that answers with a promise
   */
  validate<Schema extends StandardSchema>(schema: Schema, keys?: readonly string[]): OutputOf<Schema>;
  /**
   * A whole configuration, checked by a schema (one that answers with a promise, too): each key from a setting of the name given,
   * or from a remote store; without `sources`, from all settings. Remote values are read in as few calls as possible.
   * @throws `InvalidValue` that names every key that does not fit, and what the reads throw
   */
  load<Schema extends StandardSchema>(schema: Schema, sources?: Readonly<Record<string, string | Source>>): Promise<OutputOf<Schema>>;
  /** A parameter by its name or ARN; reads of one moment share a call. @throws `NotFound`, `Forbidden`, `Unavailable`, `InvalidValue` */
  readonly getParameter: Read<string, ParameterOptions>;
  /** Several parameters, ten to a call. @throws the error of the one that failed, or where several did one that has them as `details.failures`, by name */
  readonly getParameters: ReadMany<ParameterOptions>;
  /** All parameters below a path, by what follows it in their names; an empty object where there is none. They are kept as single ones, too. */
  getParametersByPath<T = string>(path: string, options?: ParameterOptions & { readonly transform?: Transform | undefined }): Promise<Record<string, T>>;
  /** A secret by its name or ARN; reads of one moment share a call. @throws `NotFound`, `Forbidden`, `Unavailable`, `InvalidValue` */
  readonly getSecret: Read<string>;
  /** Several secrets, twenty to a call. @throws as `getParameters` */
  readonly getSecrets: ReadMany;
  /** A configuration of AppConfig, asked for anew when the service's poll interval is over, or `ttl` where that is longer. */
  readonly getAppConfig: Read<AppConfigProfile>;
  /** Reads ahead, in INIT for one. Never fails because of a store: what could not be read is reported, and tried again when it is first used. */
  prefetch(sources: readonly Source[]): Promise<Prefetched>;
  /** Names, ages and counts; never a value. */
  stats(): ConfigStats;
}
