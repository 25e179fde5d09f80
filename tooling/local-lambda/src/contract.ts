import type { InvocationResult } from './result.ts';

/** What is deployed, and how it is configured. Durations are milliseconds. */
export interface FunctionOptions {
  /** @default 'local-function' */
  name?: string;
  /** The folder with the function's code. Copied for every new execution environment, to what is `LAMBDA_TASK_ROOT` there. */
  taskRoot: string;
  /** File and export, as in Lambda's configuration: `index.handler`. */
  handler: string;
  /**
   * Unzipped layers, each holding a `nodejs` folder, in attach order: a later one overwrites an earlier one.
   * Copied for every new execution environment, so `restart()` sees a rebuilt layer.
   * @default []
   */
  layers?: readonly string[];
  /** MB, 128 to 10,240. Node's heap flags and the CPU share follow from it, as on Lambda. @default 128 */
  memory?: number;
  /** The longest an invocation may take, in ms, up to 900,000. @default 3000 */
  timeout?: number;
  /** The longest INIT may take, in ms. @default 10_000; on Managed Instances 130,000 or `timeout`, whichever is longer */
  initTimeout?: number;
  /** Path of the Node binary, 22.15 or later. @default process.execPath */
  node?: string;
  /** Environment variables of the function, over Lambda's own. Those that Lambda reserves for itself are refused. */
  environment?: Readonly<Record<string, string>>;
  /** Above 1, Lambda Managed Instances: this many invocations in one environment at once. @default 1 */
  concurrency?: number;
  /** Worker threads of a Managed Instances environment. AWS's default is 8 per vCPU. @default 1 */
  workers?: number;
  /**
   * `as-memory`: 2 vCPU during INIT, then `memory` / 1769 of a vCPU, enforced by the kernel (Linux, cgroups).
   * Where the machine does not allow that, `cpuLimited` is false and a log line says why.
   * @default 'unlimited'
   */
  cpu?: 'unlimited' | 'as-memory';
  /** Further arguments for Node itself, such as `--inspect`. @default [] */
  nodeArguments?: readonly string[];
  /** Every line that CloudWatch would show: the function's output, and INIT_START, START, END and REPORT. */
  onLog?: (line: string) => void;
}

/** How one invocation differs from the function's configuration. */
export interface InvokeOptions {
  /** The longest this invocation may take, in ms. @default the function's timeout */
  timeout?: number;
  /** Becomes `context.clientContext`; any JSON value. */
  clientContext?: unknown;
  /** Becomes `context.identity`. */
  identity?: { readonly cognitoIdentityId: string; readonly cognitoIdentityPoolId: string };
  /** The X-Ray header. @default a new one, not sampled */
  traceId?: string;
  /** Gets each piece of a streamed response as the function writes it. */
  onChunk?: (chunk: Uint8Array, contentType: string) => void;
}

/** A function that can be invoked. Nothing runs before the first `invoke`, nothing is left after `close`. */
export interface LocalFunction extends AsyncDisposable {
  readonly name: string;
  /**
   * Invokes the function, in a new execution environment if none is warm. Further invocations wait their turn.
   * Whatever the function does wrong is in the result.
   * @throws LocalLambdaError `invalid-event` for what JSON cannot hold or Lambda would not accept, `closed` after `close()`.
   */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvocationResult>;
  /** Lets running invocations end, then drops the environment: the next `invoke` is a cold start with the code of then. */
  restart(): Promise<void>;
  /** Ends at once and removes everything: processes, sockets, cgroup, temporary folder. Pending invocations reject. */
  close(): Promise<void>;
  /** Whether the CPU share is really enforced. */
  readonly cpuLimited: boolean;
  /** How many execution environments followed the first, for whatever reason. */
  readonly restarts: number;
}
