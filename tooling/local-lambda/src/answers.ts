import { payloadLimit } from './invocation.ts';
import type { Crash, Ending, Failure, Phase, StreamedResponse, Timeout } from './result.ts';
import type { Exit } from './runtime-process.ts';

/** An error as the runtime posts it. */
export interface ErrorBody {
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly trace?: readonly string[];
}

/** Converts an error that the runtime posted. */
export function toFailure(phase: Phase, { errorType = 'Error', errorMessage = '', trace = [] }: ErrorBody): Failure {
  return { status: 'error', phase, errorType, errorMessage, trace };
}

/** Converts a JSON response that the runtime posted. Lambda limits its size, so a larger one becomes a failure. */
export function toSuccess(body: string): Ending {
  if (Buffer.byteLength(body) > payloadLimit) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`;
    return toFailure('invoke', { errorType: 'Function.ResponseSizeTooLarge', errorMessage });
  }
  return { status: 'success', payload: JSON.parse(body) as unknown };
}

/** Converts a streamed response. If the handler failed after the stream began, the error is in the trailers. */
export function toStreamedEnding(stream: StreamedResponse, trailers: NodeJS.Dict<string>): Ending {
  const errorType = trailers['lambda-runtime-function-error-type'];
  if (errorType === undefined) return { status: 'success', payload: Buffer.from(stream.body).toString(), stream };
  const body = Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64').toString();
  return { ...toFailure('invoke', { errorType, ...(body === '' ? {} : (JSON.parse(body) as ErrorBody)) }), stream };
}

/** Returns the text of Lambda's log line for an invocation that timed out. */
export function timeoutText(timeout: number): string {
  return `Task timed out after ${(timeout / 1000).toFixed(2)} seconds`;
}

/** Describes an invocation, or an INIT, that timed out. */
export function toTimeout(phase: Phase, requestId: string, timeout: number): Timeout {
  return { status: 'timeout', phase, errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: ${timeoutText(timeout)}` };
}

/** Describes a process that ended by itself. */
export function toCrash(phase: Phase, requestId: string, { exitCode, signal }: Exit): Crash {
  const cause = signal === null ? `exit status ${exitCode}` : `signal: ${signalWords[signal] ?? signal}`;
  const why = exitCode === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${cause}`;
  return { status: 'crash', phase, errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${why}`, exitCode, signal };
}

const signalWords: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};
