/** INIT loads the function's code, INVOKE runs its handler. */
export type Phase = 'init' | 'invoke';

/** The handler returned, or ended its response stream. */
export interface Success {
  readonly status: 'success';
  /** The handler's return value, after conversion to JSON and back. For a streamed response, its body as a string. */
  readonly payload: unknown;
  /** The streamed response. Undefined if the handler does not stream. */
  readonly stream?: StreamedResponse;
}

/** The handler threw, or the code could not be loaded (see `phase`), as AWS's runtime client reports it. */
export interface Failure {
  readonly status: 'error';
  readonly phase: Phase;
  /** The error's name, or AWS's type such as `Runtime.ImportModuleError`. */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
  /** The response that a streaming handler wrote before it failed. */
  readonly stream?: StreamedResponse;
}

/** The time limit passed. In single mode the environment was killed. On Managed Instances the code runs on, as AWS documents. */
export interface Timeout {
  readonly status: 'timeout';
  readonly phase: Phase;
  readonly errorType: 'Sandbox.Timedout';
  readonly errorMessage: string;
}

/** The process ended by itself. */
export interface Crash {
  readonly status: 'crash';
  readonly phase: Phase;
  readonly errorType: 'Runtime.ExitError';
  readonly errorMessage: string;
  /** Null if a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** How an invocation ended. */
export type Ending = Success | Failure | Timeout | Crash;

/** How an invocation ended, what it cost, and what it wrote. Narrow by `status`. */
export type InvocationResult = Ending & {
  readonly report: Report;
  /**
   * The lines that the function wrote during this invocation. A cold start includes the lines of INIT.
   * On Managed Instances, only `console` lines can be assigned to an invocation.
   */
  readonly logs: readonly string[];
};

/** A response written piece by piece. */
export interface StreamedResponse {
  readonly contentType: string;
  /** The metadata that was passed to `awslambda.HttpResponseStream.from`: status code, headers, cookies. */
  readonly metadata?: unknown;
  /** The body without the metadata. */
  readonly body: Uint8Array;
  /** The pieces in order of arrival, including the bytes of the metadata. */
  readonly chunks: readonly ResponseChunk[];
}

/** One piece of a streamed response. */
export interface ResponseChunk {
  /** Milliseconds since the invocation began. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The figures of Lambda's REPORT line. Durations are in ms, memory is in MB. */
export interface Report {
  readonly requestId: string;
  readonly status: Ending['status'];
  /** The type of a load error or a crash. CloudWatch does not show the type of an error that a handler threw. */
  readonly errorType?: string;
  readonly duration: number;
  /** The duration, including INIT of a cold start, rounded up. AWS has billed INIT since August 2025. */
  readonly billedDuration: number;
  readonly memorySize: number;
  /** Peak resident memory of the process so far, including shared pages: VmHWM or, without /proc, the highest RSS seen. */
  readonly maxMemoryUsed: number;
  /** Duration of INIT. Undefined if this was no cold start. */
  readonly initDuration?: number;
  /** Number of execution environments before this one. */
  readonly restarts: number;
}
