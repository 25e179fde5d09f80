/** What every rule may say. */
interface CommonOptions {
  /** Whether it may be missing (`undefined`; `null` is a value). @default false */
  readonly optional?: boolean | undefined;
  /** What stands for a missing value; it is not checked. */
  readonly default?: unknown;
}

/** A text. */
export interface StringRule extends CommonOptions {
  readonly type: 'string';
  /** In UTF-16 units, as `length` counts. @default 0 */
  readonly min?: number | undefined;
  /** A text without a limit is an invitation: `Infinity` is the word for it. @default 1000 */
  readonly max?: number | undefined;
  /** Tried only once the length is right. */
  readonly pattern?: RegExp | undefined;
  /** The only texts that will do. */
  readonly oneOf?: readonly string[] | undefined;
}

/** An address as browsers' `<input type="email">` understands it (WHATWG HTML), within the lengths of RFC 5321. */
export interface EmailRule extends CommonOptions {
  readonly type: 'email';
}

/** An absolute URL without user name, password or white space. Says nothing of where it leads: a URL to be fetched needs its host checked. */
export interface UrlRule extends CommonOptions {
  readonly type: 'url';
  /** Without the colon. @default ['https'] */
  readonly protocols?: readonly string[] | undefined;
  /** @default 2048 */
  readonly max?: number | undefined;
}

/** A finite number; never a text, except where a request has nothing but texts. */
export interface NumberRule extends CommonOptions {
  readonly type: 'number';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Whether it must be a whole number that JavaScript holds exactly. @default false */
  readonly integer?: boolean | undefined;
}

export interface BooleanRule extends CommonOptions {
  readonly type: 'boolean';
}

/** An object of named values. What comes back is a new object that has nothing but what the rule names. */
export interface RecordRule extends CommonOptions {
  readonly type: 'record';
  /** A rule for each name. Without it, any names. */
  readonly fields?: Readonly<Record<string, Rule>> | undefined;
  /** For names that `fields` does not have: refused, or left out. @default 'refuse' */
  readonly unknown?: 'refuse' | 'drop' | undefined;
  /** Without `fields`: the rule for each value. @default any value */
  readonly values?: Rule | undefined;
  /** How many names there may be. @default 100 */
  readonly max?: number | undefined;
}

/** An array. */
export interface ListRule extends CommonOptions {
  readonly type: 'list';
  /** The rule for each item. @default any value */
  readonly of?: Rule | undefined;
  /** @default 0 */
  readonly min?: number | undefined;
  /** @default 100 */
  readonly max?: number | undefined;
}

/** Any value; for what is checked elsewhere. */
export interface AnyRule extends CommonOptions {
  readonly type: 'any';
}

/** What a value must be, as data. */
export type Rule = StringRule | EmailRule | UrlRule | NumberRule | BooleanRule | RecordRule | ListRule | AnyRule;

/** A rule without what the operation's name says already. */
export type RuleOptions<R extends Rule> = Omit<R, 'type' | keyof CommonOptions>;

type Fields = Readonly<Record<string, Rule>>;
type Missing<F extends Fields> = { [K in keyof F]: F[K] extends { default: unknown } ? never : F[K] extends { optional: true } ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

/** The values a set of named rules lets through. */
export type InferFields<F extends Fields> = Flat<
  { -readonly [K in Exclude<keyof F, Missing<F>>]: Infer<F[K]> } & { -readonly [K in Missing<F>]?: Infer<F[K]> }
>;

/** The value a rule lets through. */
export type Infer<R> = R extends { type: 'string'; oneOf: readonly (infer Text)[] }
  ? Text
  : R extends { type: 'string' | 'email' | 'url' }
    ? string
    : R extends { type: 'number' }
      ? number
      : R extends { type: 'boolean' }
        ? boolean
        : R extends { type: 'record'; fields: infer F extends Fields }
          ? InferFields<F>
          : R extends { type: 'record' }
            ? Record<string, R extends { values: infer V } ? Infer<V> : unknown>
            : R extends { type: 'list' }
              ? (R extends { of: infer Item } ? Infer<Item> : unknown)[]
              : unknown;

/** A schema of Zod, Valibot, ArkType …: whatever follows Standard Schema v1 (https://standardschema.dev). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What such a schema answers. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] };

/** Where the values of a request stand. */
export interface RequestRules {
  /** The methods that will do, in capitals. @default any */
  readonly methods?: readonly string[] | undefined;
  readonly params?: Fields | undefined;
  readonly query?: Fields | undefined;
  /** Names in any case. */
  readonly headers?: Fields | undefined;
  /** Of the parsed body. */
  readonly body?: Rule | StandardSchema | undefined;
}

/** A request of `@suga/lambda`, or anything that has the same parts. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: URLSearchParams | Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | Iterable<readonly [string, string]> | undefined;
  /** Parses the body; used where there is no `body`. */
  json?(): unknown;
  /** The body as it came; used beside `json`, which an empty one is not given to. */
  text?(): unknown;
  /** The body, parsed, or as JSON text; an empty text is no body. */
  readonly body?: unknown;
}

type Part<Rules, Name extends string> = Rules extends { readonly [K in Name]: infer F extends Fields } ? InferFields<F> : Record<never, never>;

/** What of a request the rules let through. */
export interface ValidRequest<Rules> {
  readonly params: Part<Rules, 'params'>;
  readonly query: Part<Rules, 'query'>;
  readonly headers: Part<Rules, 'headers'>;
  readonly body: Rules extends { body: StandardSchema<infer Output> } ? Output : Rules extends { body: infer R } ? Infer<R> : undefined;
}
