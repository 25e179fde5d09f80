/** What went wrong outside the function's own code. Test this, not the message. */
export type LocalLambdaErrorCode = 'invalid-option' | 'invalid-event' | 'closed';

/** An error of this tool itself; what the function's code does wrong is an `InvocationResult` instead. */
export class LocalLambdaError extends Error {
  override readonly name: string = 'LocalLambdaError';
  readonly code: LocalLambdaErrorCode;

  constructor(code: LocalLambdaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
