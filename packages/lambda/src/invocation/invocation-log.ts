import type { Control, HasControl, InvocationDetails, Stats } from '@suga/gateway';
import { plainError } from '../plain-error.js';

/** The part of a logging interface that is used here. */
interface Logging {
  flushBuffer?(): unknown;
  warn?(message: string, extra?: Readonly<Record<string, unknown>>): unknown;
  info?(message: string, extra?: Readonly<Record<string, unknown>>): unknown;
  error?(message: string, extra?: Readonly<Record<string, unknown>>): unknown;
}

/** The part of the interface `lambda` that is used here. */
interface LambdaInterface {
  failed?(): unknown;
}

/** Writes log lines and statistics of one invocation. Its methods never throw. */
export class InvocationLog {
  private readonly gateway: HasControl;
  private readonly control: Control;
  private readonly details: InvocationDetails;
  private counted = false;

  constructor(gateway: HasControl, control: Control, details: InvocationDetails) {
    this.gateway = gateway;
    this.control = control;
    this.details = details;
  }

  /** Logs an error that is not passed on to AWS. @returns an id by which the log can be searched */
  failed(message: string, error: unknown, extra?: Readonly<Record<string, unknown>>): string {
    this.countFailure();
    const errorId = process.getBuiltinModule('node:crypto').randomUUID();
    this.write('error', message, { errorId, ...extra, error });
    return errorId;
  }

  /** Logs an event that is skipped because a start hook refused it (`Throttled`, `Blocked`). @returns whether the error is such a refusal */
  skipped(error: unknown): boolean {
    const isRefusal = /^(?:Throttled|Blocked)$/.test((error as { readonly code?: string } | undefined)?.code ?? '');
    if (isRefusal) this.write('warn', 'Skipped', { error });
    return isRefusal;
  }

  /** Counts the invocation as failed, if the interface `lambda` is loaded. */
  countFailure(): void {
    if (this.counted) return;
    this.counted = true;
    attempt(() => {
      if (this.control.stats().interfaces['lambda']?.loaded) (this.gateway as { readonly lambda?: LambdaInterface }).lambda?.failed?.();
    });
  }

  /** Writes the buffered log lines of an invocation whose error is passed on to AWS. This is done while the invocation is still running. */
  flush(): void {
    attempt(() => {
      if (this.control.stats().interfaces['logging']?.loaded) this.logging()?.flushBuffer?.();
    });
  }

  /**
   * Logs one line about the first invocation: which interfaces are loaded, and how long each took. It never loads `logging` for this line,
   * because that would make a function that logs nothing start more slowly.
   */
  coldStart(startedAt: number): void {
    attempt(() => {
      const { interfaces } = this.control.stats();
      if (!interfaces['logging']?.loaded) return undefined;
      const [durationMs, uptimeMs] = [Date.now() - startedAt, Math.round(process.uptime() * 1000)];
      return this.logging()?.info?.('Cold start', { source: this.details.source, durationMs, uptimeMs, loadedMs: loadTimes(interfaces) });
    });
  }

  private write(level: 'error' | 'warn', message: string, extra: Readonly<Record<string, unknown>>): void {
    const { id: requestId, source } = this.details;
    const fields = { requestId, source, ...extra };
    const toConsole = (): void => console[level](JSON.stringify({ level: level.toUpperCase(), message, ...fields, error: plainError(extra['error']) }));
    attempt(() => {
      const logging = this.logging();
      return logging?.[level] ? logging[level](message, fields) : toConsole();
    }, toConsole);
  }

  private logging(): Logging | undefined {
    return (this.gateway as { readonly logging?: Logging }).logging;
  }
}

function loadTimes(interfaces: Stats['interfaces']): Record<string, number> {
  const loaded = Object.entries(interfaces).filter(([, stats]) => stats.loaded);
  return Object.fromEntries(loaded.map(([name, { loadMs }]) => [name, Math.round(loadMs * 100) / 100]));
}

/** Runs secondary work whose failure must not change the response, whether it throws or rejects. */
function attempt(work: () => unknown, otherwise: () => void = () => undefined): void {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(otherwise);
  } catch {
    otherwise();
  }
}
