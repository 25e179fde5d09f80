import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Settings } from '../config.js';
import type { Ftpms, FtpmsReport, Level } from '../contract.js';
import { type Standing, standing } from '../guarantee/level.js';
import type { Denied, LeaseDeps } from '../lease/contract.js';
import type { Clock } from '../lease/elapsed-time.js';
import { EnvironmentLease, type InvocationReservation } from '../lease/environment-lease.js';
import type { Ledger, Month } from '../ledger/contract.js';
import { shedding } from './load-shedding.js';

/** What the middleware is made of; the simulator has its own. */
export interface Parts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly initMs: () => number;
  readonly wake: LeaseDeps['wake'];
  /** How long rights may be used, in ms; as long as the guardian takes them to be. */
  readonly ttlMs: number;
}

/** How long a client is told to wait: where a share is shed, and where all is used up (a correction may still come), in ms. */
const [SHED_MS, BLOCKED_MS] = [5000, 900_000];

/** An admitted invocation. */
interface Admitted {
  readonly ticket: InvocationReservation;
  /** Drawn once, so that an invocation does all of its work or none: it is shed where this is below the share. */
  readonly draw: number;
}

const NOTHING_KNOWN: Standing = { level: 'normal', shed: 0 };

/** One environment's protection. */
export class Protection implements Ftpms {
  readonly name = 'ftpms';
  readonly #settings: Settings;
  readonly #parts: Parts;
  readonly #lease: EnvironmentLease;
  readonly #admitted = new WeakMap<Invocation, Admitted>();
  readonly #counts = { admitted: 0, refused: 0, shed: 0, emergency: 0 };
  readonly #shedding = { isShed: () => this.#isShed(), onShed: () => this.#shedOne() };
  #control: Control | undefined;
  #standing = NOTHING_KNOWN;
  /** What is left is kept for critical invocations, whether or not somebody has said so. */
  #isKept = false;
  #at = 0;

  constructor(settings: Settings, parts: Parts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#lease = new EnvironmentLease({ ...parts, ...settings, onMonth: (month) => this.#learn(month) });
  }

  attach(control: Control): void {
    if (this.#control) throw new SugaError('InvalidDefinition', 'ftpms: it protects a gateway already; make one for each with ftpms().');
    this.#control = control;
  }

  bind(operation: Operation, next: Handler): Handler {
    return isThrottled(this.#standing.level) ? shedding(operation, next, this.#shedding) : next;
  }

  start(invocation: Invocation): void | Promise<void> {
    const answer = this.#lease.admit(this.#settings.isCritical(invocation.source), invocation.deadline);
    if (answer instanceof Promise) return answer.then((late) => this.#decide(invocation, late));
    this.#decide(invocation, answer);
  }

  end(invocation: Invocation): void | Promise<void> {
    const admitted = this.#admitted.get(invocation);
    if (admitted) {
      this.#admitted.delete(invocation);
      this.#lease.end(admitted.ticket);
    }
    if (this.#lease.owesInit) return this.#lease.tellInit(invocation.deadline);
  }

  report(): FtpmsReport {
    const { month, known, held } = this.#lease.state();
    const { leases, failures } = this.#lease.counts;
    return {
      state: this.#settings.table === undefined ? 'local' : 'guarded',
      level: this.#standing.level,
      month,
      ...(known && { ledger: { at: this.#at, limit: known.limit, cap: known.cap, left: known.left } }),
      lease: held,
      counts: { ...this.#counts, leases, failures },
    };
  }

  #decide(invocation: Invocation, answer: InvocationReservation | Denied): void {
    if ('denied' in answer) {
      this.#counts.refused++;
      throw refusal(answer);
    }
    const draw = this.#parts.random();
    // Also what is shed has to give back what it did not use.
    this.#admitted.set(invocation, { ticket: answer, draw });
    const shed = this.#isKept ? 1 : this.#standing.shed;
    if (!answer.critical && draw < shed) {
      this.#counts.refused++;
      if (shed >= 1) throw refusal({ denied: 'reserved', wait: SHED_MS });
      throw new SugaError('Throttled', "ftpms: this invocation is shed: the month's allowance is nearly used up.", { details: { retryAfter: SHED_MS } });
    }
    this.#counts.admitted++;
    if (!answer.lease) this.#counts.emergency++;
  }

  #learn(month: Month | undefined): void {
    const { level } = this.#standing;
    this.#standing = month ? standing(month) : NOTHING_KNOWN;
    // Leases of such a function are of what is kept for critical work, and so would be its other invocations.
    this.#isKept = this.#settings.hasCritical && month !== undefined && (month.free.requests <= 0 || month.free.mbMs <= 0);
    if (month) this.#at = this.#parts.clock.now();
    if (this.#standing.level === level) return;
    if (isThrottled(level) !== isThrottled(this.#standing.level)) this.#control?.rebind();
    this.#tell(this.#standing.level);
  }

  /** Whoever listens must not keep rights from being counted. */
  #tell(level: Level): void {
    try {
      this.#settings.onLevel?.(level, this.report());
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  #isShed(): boolean {
    const invocation = this.#control?.invocation();
    const admitted = invocation && this.#admitted.get(invocation);
    if (!admitted) return this.#parts.random() < this.#standing.shed;
    return !admitted.ticket.critical && admitted.draw < this.#standing.shed;
  }

  #shedOne(): number {
    this.#counts.shed++;
    return SHED_MS;
  }
}

const isThrottled = (level: Level): boolean => level === 'throttle' || level === 'block';

const WHY: Readonly<Record<Denied['denied'], string>> = {
  exhausted: "the month's allowance is used up",
  blocked: "the month's allowance is used up, and functions are being stopped",
  reserved: "what is left of the month's allowance is kept for critical work",
  'unknown month': 'the ledger has no such month: the guardian has to run, or the scope is another one',
  unreachable: 'the ledger cannot be reached (see the cause)',
  late: 'the ledger did not answer in time',
};

function refusal({ denied, wait, cause }: Denied): SugaError {
  const code = denied === 'reserved' ? 'Throttled' : 'Blocked';
  const isOver = denied === 'exhausted' || denied === 'blocked';
  return new SugaError(code, `ftpms: refused, ${WHY[denied]}.`, {
    details: { why: denied, retryAfter: isOver ? BLOCKED_MS : Math.ceil(wait) },
    ...(cause !== undefined && { cause }),
  });
}
