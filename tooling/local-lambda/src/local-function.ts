import type { FunctionOptions, InvokeOptions, LocalFunction } from './contract.ts';
import { type CpuSupport, findCpuSupport } from './cpu-group.ts';
import { Environment } from './environment.ts';
import { LocalLambdaError } from './errors.ts';
import { Invocation } from './invocation.ts';
import type { InvocationResult } from './result.ts';
import { type Settings, toSettings } from './settings.ts';

/**
 * Creates a function that can be invoked. Its process starts with the first invocation.
 * @throws LocalLambdaError `invalid-option`. Its message names the option and what to do.
 */
export async function startFunction(options: FunctionOptions): Promise<LocalFunction> {
  const settings = await toSettings(options);
  const support: CpuSupport = settings.cpu === 'as-memory' ? await findCpuSupport() : { reason: '' };
  const limited = 'make' in support;
  if (settings.cpu === 'as-memory' && !limited) {
    const line = `CPU is not limited: ${support.reason}. Durations are those of this machine; for Lambda's, run on Linux with a writable CPU cgroup.`;
    if (options.onLog) options.onLog(line);
    else process.emitWarning(line, { code: 'SUGA_LOCAL_LAMBDA' });
  }
  return new QueuedFunction(settings, support, limited);
}

/** Queues invocations and runs them in one execution environment at a time. */
class QueuedFunction implements LocalFunction {
  readonly name: string;
  readonly cpuLimited: boolean;
  readonly #settings: Settings;
  readonly #support: CpuSupport;
  readonly #queue: Invocation[] = [];
  #environment: Environment | undefined;
  /** Settles when the environment has been opened or closed. Undefined if neither is in progress. */
  #changing: Promise<void> | undefined;
  #opened = 0;
  /** Resolves the pending calls of `restart`. */
  #restarting: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  constructor(settings: Settings, support: CpuSupport, cpuLimited: boolean) {
    this.name = settings.name;
    this.cpuLimited = cpuLimited;
    this.#settings = settings;
    this.#support = support;
  }

  get restarts(): number {
    return Math.max(0, this.#opened - 1);
  }

  async invoke(event: unknown, options: InvokeOptions = {}): Promise<InvocationResult> {
    if (this.#closing) throw this.#closedError();
    const invocation = new Invocation(event, options, this.#settings.timeout);
    this.#queue.push(invocation);
    this.#pump();
    return invocation.result;
  }

  restart(): Promise<void> {
    if (!this.#environment || this.#closing) return Promise.resolve();
    return new Promise((resolve) => {
      this.#restarting.push(resolve);
      this.#pump();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Starts every step that is possible now. Called after every change. */
  #pump(): void {
    if (this.#closing || this.#changing) return;
    const environment = this.#environment;
    if (!environment) {
      if (this.#queue.length > 0) this.#change(this.#open());
    } else if (environment.ended || (this.#restarting.length > 0 && environment.idle)) {
      this.#change(this.#retire(environment));
    } else if (this.#restarting.length === 0) {
      while (environment.free && this.#queue[0]) environment.take(this.#queue.shift() as Invocation);
    }
  }

  #change(work: Promise<void>): void {
    this.#changing = work.finally(() => {
      this.#changing = undefined;
      this.#pump();
    });
  }

  async #open(): Promise<void> {
    this.#environment = new Environment(this.#settings, this.#opened, () => this.#pump());
    this.#opened += 1;
    try {
      await this.#environment.open(this.#support);
    } catch (error) {
      this.#environment = undefined;
      this.#queue.shift()?.reject(error);
    }
  }

  async #retire(environment: Environment): Promise<void> {
    const [first] = this.#queue;
    if (first && environment.refuse(first)) this.#queue.shift();
    await environment.close();
    this.#environment = undefined;
    for (const resolve of this.#restarting.splice(0)) resolve();
  }

  async #close(): Promise<void> {
    for (const invocation of this.#queue.splice(0)) invocation.reject(this.#closedError());
    await this.#changing;
    await this.#environment?.close(this.#closedError());
    this.#environment = undefined;
    for (const resolve of this.#restarting.splice(0)) resolve();
  }

  #closedError(): LocalLambdaError {
    return new LocalLambdaError('closed', `The function ${this.name} was closed; start it again with startFunction().`);
  }
}
