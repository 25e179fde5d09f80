/** A JSON Schema (2020-12) for one value. `{}` allows any value, including values that JSON cannot hold, such as functions. */
export type Schema = Readonly<Record<string, unknown>>;

/** The kind of value that an operation returns. `stream` is anything that is read piece by piece: an iterator, a stream, or the promise of one. */
export type ReturnKind = 'value' | 'promise' | 'stream';

/** How several calls become one call of a batch operation, and how each call gets its own result back. */
export interface Fusion {
  /**
   * The shape of the batch operation's argument and result.
   *
   * - `list`: a list of the values of the one parameter → a list of results in the same order, with an `Error` in place of a failed one.
   * - `record`: a list of strings → an object of results, keyed by these strings.
   * - `calls`: a list of `{ operation, params }`, of any operations that name this batch → a list of `{ value }` or `{ error }`. The calls
   *   must have the effect of running one after the other. The batch operation also gets a function `each(index, outcome)`. It may report
   *   an outcome with it before the last one is known, so that no caller waits for a slower call. The first report of a call counts. The
   *   promise resolves to all outcomes even so; middleware that changes outcomes must change the reported ones as well.
   */
  readonly form: 'list' | 'record' | 'calls';
  /** Name of the parameter that identifies what a call is about. Calls about the same thing keep their order. @default the first parameter */
  readonly key?: string | undefined;
  /** Whether the call changes what it is about. @default 'read' if the operation is idempotent and `cacheable`, else 'write' */
  readonly effect?: 'read' | 'write' | undefined;
  /** Maximum number of calls in one batch. @default no limit: the batch operation splits larger ones itself */
  readonly maxCalls?: number | undefined;
  /** Maximum size of all parameters in one batch, in bytes of JSON. A larger call is sent alone. @default no limit, as with `maxCalls` */
  readonly maxBytes?: number | undefined;
  /** Whether an idempotent batch that failed as a whole is retried once in two halves. Useful if one bad call makes all calls fail. @default false */
  readonly retryInHalves?: boolean | undefined;
  /**
   * Whether one batch may hold calls of several invocations. Allow it only if all invocations act with the same permissions.
   * It takes effect if all batched operations of the interface say so. @default false
   */
  readonly shared?: boolean | undefined;
}

/**
 * Everything that is known about an operation before its interface is loaded. A package that acts on further facts adds them:
 * `declare module '@suga/gateway' { interface Facts { cost?: 'low' | 'high' } }`.
 */
export interface Facts {
  /** Parameters by name, in the order of the function's arguments. */
  readonly params: Readonly<Record<string, Schema>>;
  /** Names of the required parameters. @default [] */
  readonly required?: readonly string[] | undefined;
  /** The kind of value that the call returns. A promise or stream counts as in flight until it is finished. @default 'value' */
  readonly returns?: ReturnKind | undefined;
  /** Schema of the result: of the value, of the promise's value, or of one piece of the stream. */
  readonly result?: Schema | undefined;
  /** Whether a second call with the same parameters has no further effect. @default false */
  readonly idempotent?: boolean | undefined;
  /** Name of the operation of the same interface that does many of these calls at once. */
  readonly batch?: string | undefined;
  /** How calls of this operation are combined into one call of its `batch` operation. Middleware such as `@suga/ofb` acts on it. */
  readonly fusion?: Fusion | undefined;
  /** Whether the operation must run even while usage is throttled. @default false */
  readonly critical?: boolean | undefined;
  /** Whether its result may be cached and reused for the same parameters. @default false */
  readonly cacheable?: boolean | undefined;
  /** Time limit in ms. */
  readonly timeout?: number | undefined;
  /** Whether an event or another process may call it (`execute` with `remote: true`). @default false */
  readonly remote?: boolean | undefined;
  /** One sentence, for people. */
  readonly summary?: string | undefined;
}

type Result<Operation> = Operation extends (...args: never) => infer R ? R : never;
type Streamed = AsyncIterable<unknown> | Iterator<unknown> | AsyncIterator<unknown>;
type ReturnKindFact<R> = unknown extends R
  ? { readonly returns?: ReturnKind | undefined }
  : [Extract<Awaited<R>, Streamed>] extends [never]
    ? [Extract<R, PromiseLike<unknown>>] extends [never]
      ? { readonly returns?: 'value' | undefined }
      : { readonly returns: 'promise' }
    : { readonly returns: 'stream' };

/** The facts of one operation, checked against the contract: `returns` must fit the function's return type, and `batch` must exist. */
export type OperationFacts<Contract, Name extends keyof Contract> = Omit<Facts, 'returns' | 'batch'> &
  ReturnKindFact<Result<Contract[Name]>> & { readonly batch?: (keyof Contract & string) | undefined };

/** An operation's function with its types erased. */
export type Handler = (...args: unknown[]) => unknown;

/** An operation as a middleware sees it. The object stays the same as long as the operation exists, so it can serve as a key. */
export interface Operation {
  readonly interface: string;
  readonly name: string;
  readonly facts: Facts;
  /** Number of calls so far. */
  readonly calls: number;
}
