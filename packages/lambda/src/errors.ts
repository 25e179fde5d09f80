/**
 * Codes of the errors that this package throws.
 *
 * - `UnknownEvent`: the event is of no kind that has a handler of its own, and there is no `events.other`.
 * - `NoHandler`: the kind of event is known, but its handler, route, field, channel or action is missing.
 * - `InvalidOptions`: an option, a route key, a CORS policy, or an argument of `reply` or `HttpError` is not valid.
 * - `InvalidResponse`: a handler returned a value that its source does not accept as a response.
 * - `AlreadyRead`: a handler returned a `Response`, a stream or an iterator that has been read before.
 * - `Deadline`: the invocation was about to reach the timeout of the function.
 * - `Aborted`: the client of a streamed response has disconnected. It is only seen as the reason of the invocation's signal.
 * - `NoStreaming`: `createStreamingHandler` was called outside Lambda's Node.js runtime.
 * - `NotJson`: a result cannot be sent as JSON.
 * - `BadRecord`: the event has a part that AWS would not send, such as an S3 key that is not URL-encoded.
 * - `NotAnswered`: the response to CloudFormation could not be delivered.
 * - `Failsafe`: the failsafe got an event that is not an HTTP request, while the function was not loaded.
 */
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

/** An error of this package. Recognise it by `name` and `code`, not by `instanceof`: each built file has its own copy of the class. */
export class LambdaError extends Error {
  override readonly name = 'LambdaError';
  readonly code: LambdaErrorCode;

  constructor(code: LambdaErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : options);
    this.code = code;
  }
}

/** Whether an error is a `LambdaError` of any copy of the class. If `code` is passed, the error must have it. */
export const isLambdaError = (error: unknown, code?: LambdaErrorCode): error is LambdaError =>
  error instanceof Error && error.name === 'LambdaError' && (code === undefined || (error as LambdaError).code === code);

/** The name and the message of an error, for a response that AWS shows to operators or clients. */
export const toErrorText = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
