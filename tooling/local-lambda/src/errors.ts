/** The code of an error that is not the function's own. Test this code, not the message. */
export type LocalLambdaErrorCode = 'invalid-option' | 'invalid-event' | 'closed';

/** An error of this tool itself. A failure of the function's code is an `InvocationResult` instead. */
export class LocalLambdaError extends Error {
  override readonly name: string = 'LocalLambdaError';
  readonly code: LocalLambdaErrorCode;

  constructor(code: LocalLambdaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
