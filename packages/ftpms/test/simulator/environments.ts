import type { Invocation } from '@suga/gateway';
import type { Amount } from '../../src/contract.js';
import { monthOf } from '../../src/guarantee/calendar.js';
import { plus } from '../../src/ledger/month-balance.js';
import type { Cloud, Setup } from './cloud.js';
import type { World } from './world.js';

/** The protection of an environment: FTPMS, or one of the designs that it is compared with. */
export interface Guard {
  /** Throws or rejects to refuse an invocation. */
  start(invocation: Invocation): void | PromiseLike<void>;
  end(invocation: Invocation): void | PromiseLike<void>;
  /** Number of invocations that it admitted without a lease. Absent if it has no leases. */
  emergencies?(): number;
}

/** Facts of an environment that its protection may know. */
export interface Environment {
  readonly setup: Setup;
  /** Difference of its clock, in ms. */
  readonly skew: number;
  /** Duration of its INIT, in ms. */
  readonly initMs: number;
}

/** Properties of the work of one function. Times are in ms. */
export interface Work {
  readonly duration: () => number;
  /** Share of invocations after which the environment is gone, in the middle or at the end. */
  readonly churn: number;
  /** An environment that is idle for longer than this is gone. */
  readonly idle: number;
  readonly init: () => number;
  readonly skew: () => number;
}

interface Live extends Environment {
  readonly guard: Guard;
  lastUse: number;
  used: boolean;
}

/** Results that the callers have seen. */
export interface Seen {
  done: number;
  refused: number;
  /** Throttled at the front door, which AWS does not bill. */
  throttled: number;
}

interface Parts {
  readonly world: World;
  readonly cloud: Cloud;
  readonly setup: Setup;
  readonly work: Work;
  readonly guard: (of: Environment) => Guard;
}

/** Requests per second that AWS sends to one environment, at most. */
const RATE = 10;

/** The execution environments of one function, behind AWS's front door. */
export class Environments {
  readonly seen: Seen = { done: 0, refused: 0, throttled: 0 };
  /** Use that was admitted with a lease, by the month in which it started. */
  readonly admitted: Map<string, Amount> = new Map();
  readonly #idle: Live[] = [];
  readonly #parts: Parts;
  readonly #name: string;
  #running = 0;
  #second = 0;
  #inSecond = 0;
  #ids = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#name = parts.setup.name;
  }

  /** Handles a request. */
  arrive(): void {
    const { world, cloud } = this.#parts;
    const limit = cloud.limits.get(this.#name) ?? 0;
    const second = Math.floor(world.now / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    if (this.#running >= limit || this.#inSecond >= RATE * limit) {
      this.seen.throttled++;
      return;
    }
    this.#inSecond++;
    this.#running++;
    const live = this.#take();
    if (live) this.#invoke(live, 0);
    else this.#begin();
  }

  /** Whether the function is stopped and no invocation runs. */
  get isShut(): boolean {
    return this.#running === 0 && this.#parts.cloud.limits.get(this.#name) === 0;
  }

  #take(): Live | undefined {
    const { world, work, cloud } = this.#parts;
    const setup = cloud.setups.get(this.#name);
    for (let live = this.#idle.pop(); live; live = this.#idle.pop()) {
      // A deployment replaces all environments.
      if (world.now - live.lastUse < work.idle && live.setup.memoryMb === setup?.memoryMb && live.setup.timeoutMs === setup.timeoutMs) return live;
    }
    return undefined;
  }

  #begin(): void {
    const { world, cloud, work, guard } = this.#parts;
    const initMs = work.init();
    const setup = cloud.setups.get(this.#name) ?? this.#parts.setup;
    const environment = { setup, skew: work.skew(), initMs };
    world.after(initMs, () => this.#invoke({ ...environment, guard: guard(environment), lastUse: 0, used: false }, initMs));
  }

  #invoke(live: Live, initMs: number): void {
    const { world } = this.#parts;
    const { setup } = live;
    const startedAt = world.now + live.skew;
    const invocation = { id: String(this.#ids++), source: 'direct', startedAt, deadline: startedAt + setup.timeoutMs, coldStart: !live.used };
    live.used = true;
    const run: Run = { live, invocation, start: world.now, extra: initMs * setup.memoryMb, isAdmitted: false };
    const before = live.guard.emergencies?.();
    this.#guarded(
      () => live.guard.start(invocation),
      () => {
        run.isAdmitted = before !== undefined && live.guard.emergencies?.() === before;
        this.#work(run);
      },
      () => this.#refused(run),
    );
  }

  #work(run: Run): void {
    const { world, work } = this.#parts;
    const left = run.live.setup.timeoutMs - (world.now - run.start);
    const takes = work.duration();
    const isCut = takes >= left;
    world.after(Math.min(takes, left), () => {
      this.seen.done++;
      // Cut off by its timeout, or crashed: the protection is not notified.
      if (isCut || world.chance(work.churn / 2)) this.#gone(run);
      else
        this.#guarded(
          () => run.live.guard.end(run.invocation),
          () => this.#done(run),
          () => this.#done(run),
        );
    });
  }

  #refused(run: Run): void {
    const { world } = this.#parts;
    this.seen.refused++;
    world.after(2, () =>
      this.#guarded(
        () => run.live.guard.end(run.invocation),
        () => this.#done(run),
        () => this.#done(run),
      ),
    );
  }

  #done(run: Run): void {
    const { world, work } = this.#parts;
    if (!world.chance(work.churn / 2)) {
      run.live.lastUse = world.now;
      this.#idle.push(run.live);
    }
    this.#gone(run);
  }

  #gone({ live: { setup }, start, extra, isAdmitted }: Run): void {
    const { world, cloud } = this.#parts;
    const lasted = world.now - start;
    this.#running--;
    cloud.bill(setup, start, lasted, extra);
    if (!isAdmitted) return;
    const month = monthOf(start);
    this.admitted.set(month, plus(this.admitted.get(month), { requests: 1, mbMs: setup.memoryMb * Math.ceil(lasted) }));
  }

  /** Runs a hook. If it returns a promise, the next step waits for it. */
  #guarded(hook: () => void | PromiseLike<void>, then: () => void, failed: () => void): void {
    const { world } = this.#parts;
    try {
      const waiting = hook();
      if (!waiting) {
        then();
        return;
      }
      world.settle();
      Promise.resolve(waiting).then(then, failed);
    } catch {
      failed();
    }
  }
}

interface Run {
  readonly live: Live;
  readonly invocation: Invocation;
  readonly start: number;
  /** MB·ms of INIT. */
  readonly extra: number;
  /** Whether it was admitted with a lease. */
  isAdmitted: boolean;
}
