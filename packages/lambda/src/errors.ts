/** What went wrong between Lambda and the handlers, as a word that programs can rely on. */
export type LambdaErrorCode =
  | 'UnknownEvent'
  | 'NoHandler'
  | 'InvalidOptions'
  | 'InvalidResponse'
  | 'AlreadyRead'
  | 'Deadline'
  | 'Aborted'
  | 'NoStreaming'
  | 'NotJson'
  | 'BadRecord'
  | 'NotAnswered'
  | 'Failsafe';

/** What this package raises itself. Tell it by `name` and `code`, never by `instanceof`: each built file carries a copy. */
export class LambdaError extends Error {
  override readonly name = 'LambdaError';
  readonly code: LambdaErrorCode;

  constructor(code: LambdaErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : options);
    this.code = code;
  }
}

/** Whether an error is a `LambdaError`, from whichever copy of the class, and (if given) of that code. */
export const isLambdaError = (error: unknown, code?: LambdaErrorCode): error is LambdaError =>
  error instanceof Error && error.name === 'LambdaError' && (code === undefined || (error as LambdaError).code === code);

/** The name and the message of an error, for an answer that AWS shows to operators or clients. */
export const toErrorText = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
