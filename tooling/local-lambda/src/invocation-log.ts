import { timeoutText } from './answers.ts';
import type { Init } from './init.ts';
import type { Invocation } from './invocation.ts';
import { billedDuration, formatInitReport, formatReport } from './report.ts';
import type { Ending, Report } from './result.ts';
import type { Settings } from './settings.ts';

/** The log of one execution environment. It assigns each line to its invocation and writes the report of each invocation. */
export class InvocationLog {
  readonly #settings: Settings;
  readonly #restarts: number;
  readonly #inFlight: ReadonlyMap<string, Invocation>;
  /** Lines of INIT. They belong to the invocation that caused the cold start. */
  #initLogs: string[] | undefined = [];

  constructor(settings: Settings, restarts: number, inFlight: ReadonlyMap<string, Invocation>) {
    this.#settings = settings;
    this.#restarts = restarts;
    this.#inFlight = inFlight;
    settings.log(`INIT_START Runtime Version: nodejs:${settings.nodeVersion.full}`);
  }

  /** Logs a line of the function's output. */
  write(line: string): void {
    this.#settings.log(line);
    (this.#writer(line)?.logs ?? this.#initLogs)?.push(line);
  }

  initFailed(init: Init): void {
    const ending = init.endingFor('');
    if (ending) this.#settings.log(formatInitReport(init.duration ?? 0, ending.status, ending.errorType));
  }

  started(invocation: Invocation): void {
    invocation.logs.push(...(this.#initLogs ?? []));
    this.#initLogs = undefined;
    this.#settings.log(`START RequestId: ${invocation.requestId} Version: $LATEST`);
  }

  timedOut({ requestId, timeout, logs }: Invocation): void {
    const line = `${new Date().toISOString()} ${requestId} ${timeoutText(timeout)}`;
    logs.push(line);
    this.#settings.log(line);
  }

  /** Writes the last lines of an invocation and resolves its result. */
  ended(invocation: Invocation, ending: Ending, duration: number, maxMemoryUsed: number): void {
    const { log } = this.#settings;
    const report = this.#report(invocation, ending, duration, maxMemoryUsed);
    if (ending.status === 'crash') log(`${ending.errorMessage}\n${ending.errorType}`);
    log(`END RequestId: ${invocation.requestId}`);
    log(formatReport(report));
    invocation.settle({ ...ending, report, logs: invocation.logs });
  }

  #report({ requestId, initDuration }: Invocation, ending: Ending, duration: number, maxMemoryUsed: number): Report {
    // CloudWatch shows the type of an error that ended the environment, but not the type of one that a handler threw.
    const shown = ending.status === 'crash' || (ending.status === 'error' && ending.phase === 'init');
    return {
      requestId,
      status: ending.status,
      ...(shown ? { errorType: ending.errorType } : {}),
      duration,
      billedDuration: billedDuration(duration, initDuration),
      memorySize: this.#settings.memory,
      maxMemoryUsed,
      ...(initDuration === undefined ? {} : { initDuration }),
      restarts: this.#restarts,
    };
  }

  // With several invocations at once, only lines of AWS's patched console name theirs. There these lines are JSON.
  #writer(line: string): Invocation | undefined {
    if (!this.#settings.managed) return this.#inFlight.values().next().value;
    return this.#inFlight.get(/"requestId":"([^"]+)"/.exec(line)?.[1] ?? '');
  }
}
