import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Settings } from '../config.js';
import type { Ftpms, FtpmsReport, Level } from '../contract.js';
import { type LevelAndShare, standing } from '../guarantee/level.js';
import type { Denied, LeaseDeps } from '../lease/contract.js';
import type { Clock } from '../lease/elapsed-time.js';
import { EnvironmentLease, type InvocationReservation } from '../lease/environment-lease.js';
import type { Ledger, Month } from '../ledger/contract.js';
import { shedding } from './load-shedding.js';

/** Dependencies of the middleware. The simulator passes its own. */
export interface ProtectionDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly initMs: () => number;
  readonly wake: LeaseDeps['wake'];
  /** How long a grant may be used, in ms. The guardian assumes the same time. */
  readonly ttlMs: number;
}

/**
 * Milliseconds that a refused client is asked to wait. The first value: a share is shed. The second: the allowance is used up; a correction may still
 * come.
 */
const [SHED_MS, BLOCKED_MS] = [5000, 900_000];

/** An admitted invocation. */
interface Admitted {
  readonly reservation: InvocationReservation;
  /** Random number, drawn once per invocation and compared with the share to shed, so that an invocation does all of its work or none. */
  readonly draw: number;
}

const NOTHING_KNOWN: LevelAndShare = { level: 'normal', shed: 0 };

/** The protection of one environment. */
export class Protection implements Ftpms {
  readonly name = 'ftpms';
  readonly #settings: Settings;
  readonly #deps: ProtectionDeps;
  readonly #lease: EnvironmentLease;
  readonly #admitted = new WeakMap<Invocation, Admitted>();
  readonly #counts = { admitted: 0, refused: 0, shed: 0, emergency: 0 };
  readonly #shedding = { isShed: () => this.#isShed(), onShed: () => this.#shedOne() };
  #control: Control | undefined;
  #standing = NOTHING_KNOWN;
  /** Whether the rest of the allowance is kept for critical invocations, even if the ledger's mode does not say so yet. */
  #isKept = false;
  #at = 0;

  constructor(settings: Settings, deps: ProtectionDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#lease = new EnvironmentLease({ ...deps, ...settings, onMonth: (month) => this.#learn(month) });
  }

  attach(control: Control): void {
    if (this.#control) throw new SugaError('InvalidDefinition', 'ftpms: this instance is already attached to a gateway. Create one per gateway with ftpms().');
    this.#control = control;
  }

  bind(operation: Operation, next: Handler): Handler {
    return isThrottled(this.#standing.level) ? shedding(operation, next, this.#shedding) : next;
  }

  start(invocation: Invocation): void | Promise<void> {
    const admission = this.#lease.admit(this.#settings.isCritical(invocation.source), invocation.deadline);
    if (admission instanceof Promise) return admission.then((late) => this.#decide(invocation, late));
    this.#decide(invocation, admission);
  }

  end(invocation: Invocation): void | Promise<void> {
    const admitted = this.#admitted.get(invocation);
    if (admitted) {
      this.#admitted.delete(invocation);
      this.#lease.end(admitted.reservation);
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
      ...(known && { ledger: { at: this.#at, limit: known.limit, cap: known.cap, remaining: known.left } }),
      lease: held,
      counts: { ...this.#counts, leases, failures },
    };
  }

  #decide(invocation: Invocation, admission: InvocationReservation | Denied): void {
    if ('denied' in admission) {
      this.#counts.refused++;
      throw refusal(admission);
    }
    const draw = this.#deps.random();
    // An invocation that is shed has to return the rest of its reservation as well.
    this.#admitted.set(invocation, { reservation: admission, draw });
    const shed = this.#isKept ? 1 : this.#standing.shed;
    if (!admission.critical && draw < shed) {
      this.#counts.refused++;
      if (shed >= 1) throw refusal({ denied: 'reserved', wait: SHED_MS });
      throw new SugaError('Throttled', "ftpms: this invocation was shed: the month's allowance is nearly used up.", {
        details: { retryAfter: SHED_MS },
      });
    }
    this.#counts.admitted++;
    if (!admission.lease) this.#counts.emergency++;
  }

  #learn(month: Month | undefined): void {
    const { level } = this.#standing;
    this.#standing = month ? standing(month) : NOTHING_KNOWN;
    // A function with critical event sources leases from the amount that is kept for critical work. Its other invocations would use that up.
    this.#isKept = this.#settings.hasCritical && month !== undefined && (month.free.requests <= 0 || month.free.mbMs <= 0);
    if (month) this.#at = this.#deps.clock.now();
    if (this.#standing.level === level) return;
    if (isThrottled(level) !== isThrottled(this.#standing.level)) this.#control?.rebind();
    this.#tell(this.#standing.level);
  }

  /** An error in the listener must not keep the grant from being counted. */
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
    if (!admitted) return this.#deps.random() < this.#standing.shed;
    return !admitted.reservation.critical && admitted.draw < this.#standing.shed;
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
  reserved: "the rest of the month's allowance is kept for critical work",
  'unknown month': 'the ledger has no such month. Run the guardian, and check FTPMS_SCOPE',
  unreachable: 'the ledger is unreachable (see cause)',
  late: 'the ledger did not respond in time',
};

function refusal({ denied, wait, cause }: Denied): SugaError {
  const code = denied === 'reserved' ? 'Throttled' : 'Blocked';
  const isOver = denied === 'exhausted' || denied === 'blocked';
  return new SugaError(code, `ftpms: invocation refused: ${WHY[denied]}.`, {
    details: { why: denied, retryAfter: isOver ? BLOCKED_MS : Math.ceil(wait) },
    ...(cause !== undefined && { cause }),
  });
}
