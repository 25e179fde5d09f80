import { setImmediate as turn } from 'node:timers/promises';
import { toCrash, toTimeout } from './answers.ts';
import { type CpuSupport, initCpus, toCpus } from './cpu-group.ts';
import { openParts, type Parts } from './environment-parts.ts';
import { Init, type InitEnding } from './init.ts';
import type { Invocation } from './invocation.ts';
import { InvocationLog } from './invocation-log.ts';
import type { Ending } from './result.ts';
import type { Deliver, Desk } from './runtime-api.ts';
import type { Exit } from './runtime-process.ts';
import type { Settings } from './settings.ts';

/** One execution environment, from INIT until its process has ended. */
export class Environment implements Desk {
  readonly #settings: Settings;
  readonly #onChange: () => void;
  readonly #inFlight = new Map<string, Invocation>();
  readonly #waiting: Deliver[] = [];
  readonly #init = new Init();
  readonly #log: InvocationLog;
  #parts: Parts | undefined;
  /** Single mode only: passes the next event to the runtime, which is waiting for it. */
  #asking: Deliver | undefined;
  #cold = true;
  #ended = false;

  /** `onChange` is called when an event may be delivered, or when this environment has ended. */
  constructor(settings: Settings, restarts: number, onChange: () => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.#log = new InvocationLog(settings, restarts, this.#inFlight);
  }

  /** Whether the process has ended or is about to end. */
  get ended(): boolean {
    return this.#ended;
  }

  get idle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** Whether the runtime waits for an event and may get one. */
  get free(): boolean {
    return !this.#ended && this.#waiting.length > 0 && this.#inFlight.size < this.#settings.concurrency;
  }

  async open(support: CpuSupport): Promise<void> {
    const { initTimeout, memory } = this.#settings;
    const begin = (): void => this.#init.begin(initTimeout, () => this.#kill());
    this.#parts = await openParts(this.#settings, support, this, { begin, onLog: (line) => this.#log.write(line) });
    this.#parts.cpu?.limit(Math.max(initCpus, toCpus(memory)));
    void this.#parts.runtime.exited.then((exit) => this.#end(exit));
  }

  take(invocation: Invocation): void {
    const deliver = this.#waiting.shift();
    if (!deliver) throw new Error('The runtime is not waiting: check `free` first.');
    this.#log.started(invocation);
    this.#inFlight.set(invocation.requestId, invocation);
    invocation.startedAt = performance.now();
    invocation.initDuration = this.#cold ? this.#init.duration : undefined;
    this.#cold = false;
    invocation.timer = setTimeout(() => this.#expire(invocation), invocation.timeout);
    deliver(invocation);
  }

  /** Ends the invocation that caused this INIT, if INIT has failed. Returns whether it did. */
  refuse(invocation: Invocation): boolean {
    const ending = this.#init.endingFor(invocation.requestId);
    if (!ending) return false;
    this.#log.started(invocation);
    this.#log.ended(invocation, ending, this.#init.duration ?? 0, this.#maxMemory());
    return true;
  }

  /** Kills all running processes and removes everything. Invocations in flight reject with `reason`. */
  async close(reason?: Error): Promise<void> {
    this.#ended = true;
    for (const invocation of this.#inFlight.values()) {
      clearTimeout(invocation.timer);
      invocation.reject(reason);
    }
    this.#inFlight.clear();
    this.#init.cancel();
    await this.#parts?.close();
  }

  wait(deliver: Deliver): void {
    if (this.#init.running) {
      this.#init.succeed();
      // Takes one figure now, in case the process crashes before the next one is taken.
      this.#maxMemory();
      this.#parts?.cpu?.limit(toCpus(this.#settings.memory));
    }
    if (this.#settings.managed || this.idle) {
      this.#waiting.push(deliver);
      this.#onChange();
    } else {
      // In single mode, Lambda counts until the runtime asks again. A failing response stream may end only after that.
      this.#asking = deliver;
      for (const invocation of this.#inFlight.values()) if (invocation.answer) void this.#finish(invocation, invocation.answer);
    }
  }

  find(requestId: string): Invocation | undefined {
    return this.#inFlight.get(requestId);
  }

  answer(invocation: Invocation, ending: Ending): void {
    invocation.answer = ending;
    if (this.#settings.managed || this.#asking) void this.#finish(invocation, ending);
  }

  fail(ending: InitEnding): void {
    if (!this.#init.running) return;
    this.#init.fail(ending);
    this.#kill();
  }

  #expire(invocation: Invocation): void {
    this.#log.timedOut(invocation);
    const ending = toTimeout('invoke', invocation.requestId, invocation.timeout);
    // On Managed Instances, AWS lets late code run on, because other invocations share its environment.
    if (this.#settings.managed) {
      void this.#finish(invocation, ending);
    } else {
      invocation.answer ??= ending;
      this.#kill();
    }
  }

  #kill(): void {
    this.#maxMemory();
    this.#parts?.runtime.kill();
  }

  async #end(exit: Exit): Promise<void> {
    if (this.#ended) return;
    if (this.#init.running) {
      this.#init.crash(exit);
      this.#log.initFailed(this.#init);
    }
    for (const invocation of this.#inFlight.values()) {
      await this.#finish(invocation, invocation.answer ?? toCrash('invoke', invocation.requestId, exit));
    }
    this.#ended = true;
    this.#onChange();
  }

  async #finish(invocation: Invocation, ending: Ending): Promise<void> {
    const duration = ending.status === 'timeout' ? invocation.timeout : performance.now() - invocation.startedAt;
    clearTimeout(invocation.timer);
    // Output that the function wrote before its response may still be in the pipes.
    await turn();
    await turn();
    if (!this.#inFlight.delete(invocation.requestId)) return;
    this.#log.ended(invocation, ending, duration, this.#maxMemory());
    if (this.#asking) this.#waiting.push(this.#asking);
    this.#asking = undefined;
    this.#onChange();
  }

  #maxMemory(): number {
    return this.#parts?.runtime.maxMemory() ?? 0;
  }
}
