/** Options of every rule. */
interface CommonOptions {
  /** Whether the value may be missing (`undefined`; `null` is a value). @default false */
  readonly optional?: boolean | undefined;
  /** Replaces a missing value. The default itself is not checked. */
  readonly default?: unknown;
}

/** A string. */
export interface StringRule extends CommonOptions {
  readonly type: 'string';
  /** Minimum length in UTF-16 units, as `length` counts. @default 0 */
  readonly min?: number | undefined;
  /** Maximum length. Unlimited input invites abuse, so "no limit" must be stated: `Infinity`. @default 1000 */
  readonly max?: number | undefined;
  /** Tested only if the length fits. */
  readonly pattern?: RegExp | undefined;
  /** The only strings that are allowed. */
  readonly oneOf?: readonly string[] | undefined;
}

/** An email address as browsers accept it in `<input type="email">` (WHATWG HTML), within the lengths of RFC 5321. */
export interface EmailRule extends CommonOptions {
  readonly type: 'email';
}

/** An absolute URL without user name, password or white space. The host is not checked: check it before you fetch such a URL. */
export interface UrlRule extends CommonOptions {
  readonly type: 'url';
  /** Allowed protocols, without the colon. @default ['https'] */
  readonly protocols?: readonly string[] | undefined;
  /** Maximum length. @default 2048 */
  readonly max?: number | undefined;
}

/** A finite number. A string is accepted only in those parts of a request that hold nothing but strings. */
export interface NumberRule extends CommonOptions {
  readonly type: 'number';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Whether the number must be an integer that JavaScript holds exactly. @default false */
  readonly integer?: boolean | undefined;
}

export interface BooleanRule extends CommonOptions {
  readonly type: 'boolean';
}

/** An object of named values. The result is a new object that has only what the rule names. */
export interface RecordRule extends CommonOptions {
  readonly type: 'record';
  /** A rule for each name. If it is missing, any names are allowed. */
  readonly fields?: Readonly<Record<string, Rule>> | undefined;
  /** Names that `fields` does not have are refused, or left out of the result. @default 'refuse' */
  readonly unknown?: 'refuse' | 'drop' | undefined;
  /** The rule for each value, if there is no `fields`. @default any value */
  readonly values?: Rule | undefined;
  /** Maximum number of names, if there is no `fields`. @default 100 */
  readonly max?: number | undefined;
}

/** An array. */
export interface ListRule extends CommonOptions {
  readonly type: 'list';
  /** The rule for each item. @default any value */
  readonly of?: Rule | undefined;
  /** Minimum number of items. @default 0 */
  readonly min?: number | undefined;
  /** Maximum number of items. @default 100 */
  readonly max?: number | undefined;
}

/** Any value, for values that are checked elsewhere. */
export interface AnyRule extends CommonOptions {
  readonly type: 'any';
}

/** A description of valid values, as data. */
export type Rule = StringRule | EmailRule | UrlRule | NumberRule | BooleanRule | RecordRule | ListRule | AnyRule;

/** A rule without its type, which the operation's name gives, and without `optional` and `default`. */
export type RuleOptions<R extends Rule> = Omit<R, 'type' | keyof CommonOptions>;

type Fields = Readonly<Record<string, Rule>>;
type Missing<F extends Fields> = { [K in keyof F]: F[K] extends { default: unknown } ? never : F[K] extends { optional: true } ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

/** The type of the values that pass a set of named rules. */
export type InferFields<F extends Fields> = Flat<
  { -readonly [K in Exclude<keyof F, Missing<F>>]: Infer<F[K]> } & { -readonly [K in Missing<F>]?: Infer<F[K]> }
>;

/** The type of the values that pass a rule. */
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

/** A schema of Zod, Valibot, ArkType or any library that follows Standard Schema v1 (https://standardschema.dev). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of such a schema: a value, or issues. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined }[] };

/** Rules for the parts of a request. */
export interface RequestRules {
  /** Allowed methods, in capitals. @default any */
  readonly methods?: readonly string[] | undefined;
  readonly params?: Fields | undefined;
  readonly query?: Fields | undefined;
  /** Rules for headers, whose names are matched in any case. */
  readonly headers?: Fields | undefined;
  /** Rule for the parsed body. */
  readonly body?: Rule | StandardSchema | undefined;
}

/** A request of `@suga/lambda`, or anything that has the same parts. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: URLSearchParams | Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | Iterable<readonly [string, string]> | undefined;
  /** Parses the body. It is called if there is no `body`. */
  json?(): unknown;
  /** Returns the body as it was received. If that is empty, `json` is not called. */
  text?(): unknown;
  /** The body, parsed or as a JSON string. An empty string means no body. */
  readonly body?: unknown;
}

type Part<Rules, Name extends string> = Rules extends { readonly [K in Name]: infer F extends Fields } ? InferFields<F> : Record<never, never>;

/** The parts of a request that passed the rules. */
export interface ValidRequest<Rules> {
  readonly params: Part<Rules, 'params'>;
  readonly query: Part<Rules, 'query'>;
  readonly headers: Part<Rules, 'headers'>;
  readonly body: Rules extends { body: StandardSchema<infer Output> } ? Output : Rules extends { body: infer R } ? Infer<R> : undefined;
}
