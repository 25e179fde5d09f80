/** The kind of an error, as a word that programs can rely on. */
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
  /** The parameter's name. If the fault is inside its value, a JSON pointer to it follows (`options/ttl`). */
  readonly param: string;
  readonly problem: 'missing' | 'unexpected' | 'invalid';
  /** The expected value, in words. */
  readonly expected: string;
  /** The received value, shortened. */
  readonly got: string;
}

/** Data of an error besides its message. */
export interface SugaErrorOptions {
  /** The error that caused this one. If it is `undefined`, the error has no `cause` property at all, because Node would print it. */
  readonly cause?: unknown;
  readonly issues?: readonly ParamIssue[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The class of all errors that the gateway and its interfaces throw themselves. Distinguish them by `code`, never by `instanceof`: each
 * built file has its own copy of this class. An interface adds its own codes: `SugaError<ErrorCode | 'CircuitOpen'>`.
 */
export class SugaError<Code extends string = ErrorCode> extends Error {
  override readonly name = 'SugaError';
  readonly code: Code;
  /** All invalid parameters of an `InvalidParams` error, not just the first. */
  readonly issues: readonly ParamIssue[];
  /** Data that a program may act on. The interface documents it for each code. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: SugaErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : options);
    this.code = code;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
  }
}

/**
 * Creates an `InvalidParams` error for one parameter, in the same words for every interface: `cache: "ttl" must be a number above 0, got -5.`
 * The message contains the value only if it is a number, a boolean or empty: a string may be a secret, or huge.
 * @param where The interface's name.
 */
export const invalidParam = (where: string, param: string, value: unknown, expected: string): SugaError =>
  paramError(where, { param, expected, got: describe(value) });

/** Creates the same error with the value in words of your own. */
export const paramError = (where: string, issue: Omit<ParamIssue, 'problem'>): SugaError =>
  new SugaError('InvalidParams', `${where}: "${issue.param}" must be ${issue.expected}, got ${issue.got}.`, { issues: [{ problem: 'invalid', ...issue }] });

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return value === '' ? '""' : Array.isArray(value) ? 'an array' : typeof value;
}

/** Whether an error is a `SugaError`, from any copy of the class, and of the given code, if there is one. */
export function isSugaError<Code extends string = ErrorCode>(error: unknown, code?: Code): error is SugaError<Code> {
  return (
    typeof error === 'object' && error !== null && (error as Error).name === 'SugaError' && (code === undefined || (error as SugaError<Code>).code === code)
  );
}
