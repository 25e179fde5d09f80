/** INIT loads the function's code, INVOKE runs its handler. */
export type Phase = 'init' | 'invoke';

/** The handler returned, or ended its response stream. */
export interface Success {
  readonly status: 'success';
  /** What the handler returned, through JSON. Of a streamed response, its body as text. */
  readonly payload: unknown;
  /** Only of a streamed response. */
  readonly stream?: StreamedResponse;
}

/** The handler threw, or the code could not be loaded (`phase` tells); as AWS's runtime client reports it. */
export interface Failure {
  readonly status: 'error';
  readonly phase: Phase;
  /** The error's name, or AWS's type such as `Runtime.ImportModuleError`. */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
  /** What a streaming handler had written before it failed. */
  readonly stream?: StreamedResponse;
}

/** Too slow. In the single mode the environment was killed; on Managed Instances the code runs on, as AWS documents. */
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
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** How an invocation ended. */
export type Ending = Success | Failure | Timeout | Crash;

/** How an invocation ended, what it cost, and what it wrote. Narrow by `status`. */
export type InvocationResult = Ending & {
  readonly report: Report;
  /**
   * What the function wrote during this invocation; INIT's lines come with the cold one.
   * On Managed Instances only `console` lines can be told apart.
   */
  readonly logs: readonly string[];
};

/** A response written piece by piece. */
export interface StreamedResponse {
  readonly contentType: string;
  /** What `awslambda.HttpResponseStream.from` was given: status code, headers, cookies. */
  readonly metadata?: unknown;
  /** Without the metadata. */
  readonly body: Uint8Array;
  /** As they arrived, the metadata's bytes included. */
  readonly chunks: readonly ResponseChunk[];
}

/** One piece of a streamed response. */
export interface ResponseChunk {
  /** ms since the invocation began. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The figures of Lambda's REPORT line. Durations are ms, memory is MB. */
export interface Report {
  readonly requestId: string;
  readonly status: Ending['status'];
  /** Of a load error or a crash. CloudWatch leaves out what a handler threw. */
  readonly errorType?: string;
  readonly duration: number;
  /** Duration, INIT of a cold start included, rounded up: billed so since August 2025. */
  readonly billedDuration: number;
  readonly memorySize: number;
  /** The process's peak resident memory so far (VmHWM; without /proc, the highest RSS seen), shared pages included. */
  readonly maxMemoryUsed: number;
  /** Only of a cold start. */
  readonly initDuration?: number;
  /** Execution environments before this one. */
  readonly restarts: number;
}
