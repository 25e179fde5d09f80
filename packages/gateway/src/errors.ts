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

/**
 * Every error the gateway and its interfaces raise themselves. Tell them apart by `code`, never by `instanceof`:
 * each built file carries a copy of this class.
 */
export class SugaError extends Error {
  override readonly name = 'SugaError';
  readonly code: ErrorCode;
  /** With `InvalidParams`: every parameter that is wrong, not just the first. */
  readonly issues: readonly ParamIssue[];

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown; readonly issues?: readonly ParamIssue[] } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.issues = options.issues ?? [];
  }
}

/** Whether an error is one of ours, from whichever copy of the class, and (if given) of that code. */
export function isSugaError(error: unknown, code?: ErrorCode): error is SugaError {
  return typeof error === 'object' && error !== null && (error as Error).name === 'SugaError' && (code === undefined || (error as SugaError).code === code);
}
