/** What went wrong, as a word that programs can rely on. */
export type ErrorCode =
  | 'UnknownInterface'
  | 'UnknownOperation'
  | 'NotInstalled'
  | 'InvalidParams'
  | 'InvalidDefinition'
  | 'NotRemote'
  | 'LoadFailed'
  | 'LoadCycle'
  | 'InFlight'
  | 'Throttled'
  | 'Blocked';

/** One parameter of an `execute` call that does not fit the operation's facts. */
export interface ParamIssue {
  /** Where: the parameter's name, with a JSON pointer into it where the fault lies deeper (`options/ttl`). */
  readonly param: string;
  readonly problem: 'missing' | 'unexpected' | 'invalid';
  /** What the facts ask for, in words. */
  readonly expected: string;
  /** What came instead, shortened. */
  readonly got: string;
}

/** What an error may carry beside its message. */
export interface SugaErrorOptions {
  /** The error behind this one. `undefined` counts as left out: the error has no such property, which would be printed. */
  readonly cause?: unknown;
  readonly issues?: readonly ParamIssue[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Every error the gateway and its interfaces raise themselves. Tell them apart by `code`, never by `instanceof`:
 * each built file carries a copy of this class. An interface adds codes of its own: `SugaError<ErrorCode | 'CircuitOpen'>`.
 */
export class SugaError<Code extends string = ErrorCode> extends Error {
  override readonly name = 'SugaError';
  readonly code: Code;
  /** With `InvalidParams`: every parameter that is wrong, not just the first. */
  readonly issues: readonly ParamIssue[];
  /** Facts that a program may act on, as the interface documents them for the code. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: SugaErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : options);
    this.code = code;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
  }
}

/**
 * An `InvalidParams` for one parameter, told alike by every interface: `cache: "ttl" must be a number above 0, got -5.`
 * Of the value itself only numbers, booleans and emptiness are told: a text may be a secret, or huge.
 * @param where The interface's name.
 */
export function invalidParam(where: string, param: string, value: unknown, expected: string): SugaError {
  const got = typeof value === 'number' || typeof value === 'boolean' || value === null ? String(value) : value === '' ? '""' : typeof value;
  return new SugaError('InvalidParams', `${where}: "${param}" must be ${expected}, got ${got}.`, { issues: [{ param, problem: 'invalid', expected, got }] });
}

/** Whether an error is one of ours, from whichever copy of the class, and (if given) of that code. */
export function isSugaError<Code extends string = ErrorCode>(error: unknown, code?: Code): error is SugaError<Code> {
  return (
    typeof error === 'object' && error !== null && (error as Error).name === 'SugaError' && (code === undefined || (error as SugaError<Code>).code === code)
  );
}
