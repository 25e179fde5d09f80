/** Settings of the settings. */
export interface ConfigOptions {
  /** Where settings come from when nothing was set in code. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What holds where neither code nor the environment says anything. @default {} */
  readonly defaults?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Settings by name. What was set in code comes first, then the environment, then the defaults.
 * The environment is read when it is asked for; an empty variable counts as one that is not set.
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
  /** All settings whose names begin with `prefix`, as text. They may be secrets: do not log them. */
  getAll(prefix?: string): Record<string, string>;
  /** Forgets what was set in code. */
  reload(): void;
}
