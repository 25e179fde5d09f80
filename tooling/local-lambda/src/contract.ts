import type { InvocationResult } from './result.ts';

/** The function's code and its configuration. Durations are milliseconds. */
export interface FunctionOptions {
  /** @default 'local-function' */
  name?: string;
  /** The folder with the function's code. Each new execution environment gets a copy, at the path in `LAMBDA_TASK_ROOT`. */
  taskRoot: string;
  /** File and export, as in Lambda's configuration: `index.handler`. */
  handler: string;
  /**
   * Unzipped layers in attach order: a later layer overwrites files of an earlier one. Each has a `nodejs` folder.
   * Each new execution environment gets a copy, so `restart()` sees a rebuilt layer.
   * @default []
   */
  layers?: readonly string[];
  /** Memory in MB, 128 to 10,240. It determines Node's heap flags and the CPU share, as on Lambda. @default 128 */
  memory?: number;
  /** Time limit of an invocation in ms, up to 900,000. @default 3000 */
  timeout?: number;
  /** Time limit of INIT in ms. @default 10_000; on Managed Instances 130,000 or `timeout`, the longer of the two */
  initTimeout?: number;
  /** Path of the Node binary, 22.15 or later. @default process.execPath */
  node?: string;
  /** Environment variables of the function. They override Lambda's own. Names that Lambda reserves are refused. */
  environment?: Readonly<Record<string, string>>;
  /** How many invocations one environment runs at once. Above 1, the function runs as on Lambda Managed Instances. @default 1 */
  concurrency?: number;
  /** Number of worker threads in a Managed Instances environment. AWS's default is 8 per vCPU. @default 1 */
  workers?: number;
  /**
   * `as-memory`: 2 vCPU during INIT, then `memory` / 1769 of a vCPU, enforced by the kernel (Linux, cgroups).
   * If the machine does not allow that, `cpuLimited` is false and a log line says why.
   * @default 'unlimited'
   */
  cpu?: 'unlimited' | 'as-memory';
  /** More arguments for Node itself, such as `--inspect`. @default [] */
  nodeArguments?: readonly string[];
  /**
   * A program that runs Node, with its arguments, such as `['valgrind', '--tool=cachegrind']`. When the function is closed or restarted,
   * the program gets SIGTERM and 10 seconds to write what it has measured. @default []
   */
  under?: readonly string[];
  /** Gets every line that CloudWatch would show: the function's output, and INIT_START, START, END and REPORT. */
  onLog?: (line: string) => void;
}

/** Options of one invocation. */
export interface InvokeOptions {
  /** Time limit of this invocation in ms. @default the function's timeout */
  timeout?: number;
  /** Becomes `context.clientContext`. Any JSON value. */
  clientContext?: unknown;
  /** Becomes `context.identity`. */
  identity?: { readonly cognitoIdentityId: string; readonly cognitoIdentityPoolId: string };
  /** The X-Ray header. @default a new one, not sampled */
  traceId?: string;
  /** Gets each piece of a streamed response as the function writes it. */
  onChunk?: (chunk: Uint8Array, contentType: string) => void;
}

/** A function that can be invoked. Its process starts with the first `invoke`. `close` removes everything. */
export interface LocalFunction extends AsyncDisposable {
  readonly name: string;
  /**
   * Invokes the function, in a new execution environment if none is warm. Later invocations wait in a queue.
   * Failures of the function are in the result.
   * @throws LocalLambdaError `invalid-event` if the event is not JSON or is larger than Lambda accepts, `closed` after `close()`.
   */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvocationResult>;
  /** Waits for running invocations, then ends the environment. The next `invoke` is a cold start that loads the current code. */
  restart(): Promise<void>;
  /** Stops at once and removes everything: processes, sockets, cgroup, temporary folder. Pending invocations reject. */
  close(): Promise<void>;
  /** Whether the CPU share is enforced. */
  readonly cpuLimited: boolean;
  /** How many execution environments followed the first one, for any reason. */
  readonly restarts: number;
}
