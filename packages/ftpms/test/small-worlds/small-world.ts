import type { Invocation } from '@suga/gateway';
import type { Account, Marked, SumsQuery } from '../../src/aws/contract.js';
import type { Amount } from '../../src/contract.js';
import type { GuardianDeps } from '../../src/guardian/deps.js';
import { stopNow } from '../../src/guardian/enforce.js';
import { reconcile } from '../../src/guardian/reconcile.js';
import { stopSilent } from '../../src/guardian/unreachable-ledger.js';
import { type Ledger, TTL_MS } from '../../src/ledger/contract.js';
import { memoryTable } from '../../src/ledger/memory-ledger.js';
import { plus } from '../../src/ledger/month-balance.js';
import type { Records } from '../../src/ledger/records.js';
import { Protection } from '../../src/middleware/protection.js';
import type { Explorable, Step } from './explore.js';

const MINUTE = 60_000;
const BEGIN = Date.parse('2026-11-10T12:00:00Z');
const MONTH = '2026-11';
/** Factor that makes the cap such a small share of the allowance that nothing else limits it. */
const SHARES = 100_000;
/** CloudWatch's longest delay. */
const LATE_MS = 15 * MINUTE;

/** Events that may happen in a small world, and their number. */
export interface Budget {
  /** Invocations that each of the two environments may start. */
  readonly invocations: number;
  /** Runs of the guardian after the first. */
  readonly runs: number;
  /** `ticks`: number of times that time goes on. `tickMs`: the possible steps, in ms. */
  readonly ticks: number;
  readonly tickMs: readonly number[];
  /** Responses of the ledger that are lost after it has completed the call. */
  readonly lost: number;
  /** Changes of the one deployment, at any time; `remove` deletes the function. */
  readonly deployment?: { readonly memoryMb?: number; readonly timeoutMs?: number; readonly concurrency?: number } | 'remove';
  /** Requests that may be granted in all. */
  readonly rights: number;
  /** Worst cases that may be granted in all. No separate limit if absent. */
  readonly worstCases?: number;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Called with the use that was admitted with leases, so that a test can see that everything was granted. */
  readonly onUse?: (total: Amount) => void;
  /** Breaks something, to see that the fault is found. */
  readonly broken?: (ledger: Ledger) => Ledger;
}

interface Run {
  readonly invocation: Invocation;
  readonly memoryMb: number;
  readonly deadline: number;
  isAdmitted: boolean;
}

interface Environment {
  readonly name: string;
  protection: Protection;
  left: number;
  run: Run | undefined;
}

interface Pending {
  readonly actor: string;
  readonly name: string;
  go(isLost: boolean): Promise<void>;
}

/** A function with two environments, the guardian, the ledger and an account. All of them run the package's own code. */
export class SmallWorld implements Explorable {
  #now = BEGIN;
  readonly #budget: Budget;
  readonly #ledger: Ledger;
  readonly #kept = new Map<string, string>();
  readonly #pending: Pending[] = [];
  /** Everything that each actor has seen, and when. Its code can depend on nothing else. */
  readonly #histories = new Map<string, string[]>();
  readonly #environments: Environment[];
  readonly #points: { readonly at: number; readonly value: number; readonly visibleAt: number }[] = [];
  readonly #timers: { readonly at: number; readonly run: () => void }[] = [];
  readonly #marks = new Map<string, Marked>();
  readonly #function: { memoryMb: number; timeoutMs: number };
  #exists = true;
  #concurrency: number | undefined;
  #runs: number;
  #ticks: number;
  #lost: number;
  #deployed = false;
  #guardians = 0;
  #isRunning = false;
  #admitted: Amount = { requests: 0, mbMs: 0 };
  #month = '';
  readonly #real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#function = { memoryMb: budget.memoryMb, timeoutMs: budget.timeoutMs };
    this.#concurrency = 2;
    [this.#runs, this.#ticks, this.#lost] = [budget.runs, budget.ticks, budget.lost];
    const { broken = (ledger: Ledger) => ledger } = budget;
    this.#ledger = broken(memoryTable().ledger('small'));
    this.#takeOver();
    this.#environments = ['a', 'b'].map((name) => ({ name, protection: this.#protection(name), left: budget.invocations, run: undefined }));
    this.#isRunning = true;
    void this.#reconcile();
  }

  /** No other step is possible during the first run of the guardian. */
  get #isReady(): boolean {
    return this.#guardians > 1 || !this.#isRunning;
  }

  steps(): readonly Step[] {
    const steps: Step[] = [];
    for (const [index, { actor, name, go }] of this.#pending.entries()) {
      const take = (isLost: boolean) => async (): Promise<void> => {
        this.#pending.splice(index, 1);
        await go(isLost);
      };
      steps.push({ name: `${actor}: ${name}`, take: take(false) });
      if (this.#isReady && this.#lost > 0 && actor !== 'guardian 1' && /grant|settle|mode/.test(name)) {
        steps.push({
          name: `${actor}: ${name}, its answer lost`,
          take: () => {
            this.#lost--;
            return take(true)();
          },
        });
      }
    }
    if (!this.#isReady) return steps;
    for (const each of this.#environments) {
      if (each.run?.isAdmitted) steps.push({ name: `${each.name} ends`, take: () => this.#end(each) });
      const busy = this.#environments.filter(({ run }) => run).length;
      const isOpen = this.#exists && busy < (this.#concurrency ?? 2);
      if (!each.run && each.left > 0 && isOpen) steps.push({ name: `${each.name} starts`, take: () => this.#start(each) });
    }
    if (this.#runs > 0 && !this.#isRunning) steps.push({ name: 'the guardian runs', take: () => this.#runGuardian() });
    if (this.#budget.deployment && !this.#deployed) steps.push({ name: 'a deployment', take: () => this.#deploy() });
    if (this.#ticks > 0 && this.#pending.length === 0) {
      for (const ms of this.#budget.tickMs) steps.push({ name: `${ms / MINUTE} minutes pass`, take: () => this.#tick(ms) });
    }
    return steps;
  }

  state(): string {
    const histories = Array.from(this.#histories, ([actor, all]) => `${/^[ab]$/.test(actor) ? '' : actor}${all.join()}`);
    const environments = this.#environments.map(({ name, left, run }) => [this.#histories.get(name)?.join(), left, run]);
    // The two environments are alike: it makes no difference which of them did what.
    environments.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    return JSON.stringify([
      this.#now,
      this.#month,
      this.#recorded(),
      this.#pending.map(({ actor, name }) => (/^[ab]$/.test(actor) ? name : actor + name)).sort(),
      histories.sort(),
      environments,
      this.#points,
      this.#function,
      [this.#exists, this.#concurrency, this.#runs, this.#ticks, this.#lost, this.#deployed, this.#isRunning, [...this.#marks]],
    ]);
  }

  /** Returns records on which decisions depend: without the log, the report, and the count of the guardian's own calls. */
  #recorded(): readonly (readonly [string, string])[] {
    const decisive = Array.from(this.#kept).filter(([key]) => !/^(?:events|report|alert#.*)$/.test(key));
    return decisive.sort().map(([key, text]) => [key, key === 'state' ? text.replace(/"own":\{[^}]*\}/, '') : text] as const);
  }

  /** Checks that the use that was admitted with leases, plus the worst case of running invocations, does not exceed the amount that may be granted. */
  wrong(): string | undefined {
    let total = this.#admitted;
    for (const { run } of this.#environments) if (run?.isAdmitted) total = plus(total, this.#mostOf(run));
    const { rights, onUse } = this.#budget;
    onUse?.(total);
    if (total.requests > rights) return `${total.requests} requests ran with a lease, of ${rights}`;
    const mbMs = this.#mbMs();
    return total.mbMs > mbMs ? `${total.mbMs} MB·ms ran with a lease, of ${mbMs}` : undefined;
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const month = await this.#ledger.read(MONTH);
    this.#month = month ? JSON.stringify({ ...month, open: [...month.open] }) : '';
  }

  dispose(): void {
    Date.now = this.#real.now;
    Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
  }

  #mbMs(): number {
    const { worstCases = 1000, memoryMb, timeoutMs } = this.#budget;
    return Math.floor(worstCases * memoryMb * (timeoutMs + 1) + memoryMb);
  }

  #mostOf({ invocation, memoryMb, deadline }: Run): Amount {
    return { requests: 1, mbMs: memoryMb * (deadline - invocation.startedAt) };
  }

  #start(each: Environment): void {
    each.left--;
    const { memoryMb, timeoutMs } = this.#function;
    const deadline = this.#now + timeoutMs;
    const invocation = { id: `${each.name}${each.left}`, coldStart: false, startedAt: this.#now, deadline };
    const run: Run = { invocation, memoryMb, deadline, isAdmitted: false };
    each.run = run;
    this.#note(each.name, `starts ${memoryMb} ${timeoutMs}`);
    const admit = (): void => {
      run.isAdmitted = true;
    };
    const refuse = async (): Promise<void> => {
      await each.protection.end(invocation);
      this.#bill(run, 1);
      each.run = undefined;
    };
    try {
      const waiting = each.protection.start(invocation);
      if (waiting) waiting.then(admit, refuse);
      else admit();
    } catch {
      void refuse();
    }
  }

  #end(each: Environment): void {
    const { run } = each;
    if (!run) return;
    this.#note(each.name, 'ends');
    void each.protection.end(run.invocation);
    this.#over(each, run, this.#now - run.invocation.startedAt);
  }

  #over(each: Environment, run: Run, ms: number): void {
    this.#admitted = plus(this.#admitted, { requests: 1, mbMs: run.memoryMb * ms });
    this.#bill(run, ms);
    each.run = undefined;
  }

  #bill({ invocation: { startedAt } }: Run, ms: number): void {
    this.#points.push({ at: startedAt, value: ms, visibleAt: startedAt + ms + LATE_MS });
  }

  #deploy(): void {
    this.#deployed = true;
    const { deployment } = this.#budget;
    if (deployment === 'remove') {
      this.#exists = false;
    } else if (deployment) {
      const { memoryMb = this.#function.memoryMb, timeoutMs = this.#function.timeoutMs, concurrency = this.#concurrency } = deployment;
      Object.assign(this.#function, { memoryMb, timeoutMs });
      this.#concurrency = concurrency;
    }
    // Environments are replaced. Running ones finish their work first.
    for (const each of this.#environments) if (!each.run) this.#replace(each);
  }

  #replace(each: Environment): void {
    this.#histories.delete(each.name);
    each.protection = this.#protection(each.name);
  }

  #tick(ms: number): void {
    this.#ticks--;
    this.#now += ms;
    for (const each of this.#environments) {
      const { run } = each;
      if (!run?.isAdmitted || run.deadline > this.#now) continue;
      this.#over(each, run, run.deadline - run.invocation.startedAt);
      // A timeout ends the environment, and AWS creates another one.
      this.#replace(each);
    }
    for (const timer of this.#timers.splice(0).sort((one, other) => one.at - other.at)) {
      if (timer.at <= this.#now) timer.run();
      else this.#timers.push(timer);
    }
  }

  #runGuardian(): void {
    this.#runs--;
    this.#isRunning = true;
    void this.#reconcile();
  }

  async #reconcile(): Promise<void> {
    const actor = `guardian ${++this.#guardians}`;
    await reconcile(this.#guard(actor)).catch(() => undefined);
    this.#isRunning = false;
    this.#histories.delete(actor);
  }

  #guard(actor: string): GuardianDeps {
    const limit = { requests: this.#budget.rights * SHARES, mbMs: this.#mbMs() * SHARES };
    const block = 1 / SHARES;
    return {
      account: this.#account(actor),
      ledger: this.#port(actor, this.#ledger),
      records: this.#records(actor),
      now: () => this.#now,
      pause: async () => undefined,
      settings: {
        scope: 'small',
        limit,
        thresholds: { warn: block * 0.98, throttle: block * 0.99, block },
        // Invocations that are not critical would be shed before the last request is granted.
        functions: new Map([['orders', true]]),
        stopLatencyMs: 1000,
        emergency: 0,
        afterMs: 0,
        self: undefined,
      },
    };
  }

  #protection(name: string): Protection {
    const { memoryMb } = this.#function;
    const settings = {
      enabled: true,
      table: 'small',
      scope: 'small',
      guardian: 'guardian',
      failMode: 'closed',
      emergency: 0,
      isCritical: () => true,
      hasCritical: true,
      afterMs: 0,
      beforeMs: 0,
      limit: { requests: 1, mbMs: 1 },
      thresholds: { warn: 0.7, throttle: 0.8, block: 0.9 },
      concurrency: undefined,
      onLevel: undefined,
      memoryMb,
    } as const;
    const clock = { now: () => this.#now, monotonic: () => this.#now };
    let calls = 0;
    const wake = async ({ month, why }: { readonly month: string; readonly why: string }): Promise<void> => {
      const actor = `call ${name} ${++calls}`;
      const guard = this.#guard(actor);
      const work = why === 'silent' ? stopSilent(guard, 'orders') : stopNow(guard, month);
      void work.catch(() => undefined).finally(() => this.#histories.delete(actor));
    };
    return new Protection(settings, { ledger: this.#port(name, this.#ledger), clock, random: () => 0.5, initMs: () => 0, wake, ttlMs: TTL_MS });
  }

  /**
   * Makes every call to the ledger a step of its own. Exceptions are calls whose time makes no difference: creating a month, recording a stop, and
   * the guardian's first read of a month, which it reads again later.
   */
  #port(actor: string, ledger: Ledger): Ledger {
    let reads = 0;
    const isNoStep = (method: keyof Ledger): boolean =>
      method === 'begin' || method === 'stopped' || (method === 'read' && actor.startsWith('guardian') && reads++ === 0);
    const call = (target: Ledger, method: keyof Ledger, args: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const name = `${method} ${JSON.stringify(args[0], withMaps)}`;
        const go = async (isLost: boolean): Promise<void> => {
          const result: unknown = await (target[method] as (...all: unknown[]) => Promise<unknown>).apply(target, args);
          this.#note(actor, isLost ? 'lost' : JSON.stringify(result, method === 'grant' ? withoutOpen : withMaps));
          if (isLost) reject(new Error('socket hang up'));
          else resolve(result);
        };
        if (isNoStep(method)) void go(false);
        else this.#pending.push({ actor, name, go });
      });
    return new Proxy(ledger, {
      get:
        (target, method: keyof Ledger) =>
        (...args: unknown[]) =>
          call(target, method, args),
    });
  }

  #records(actor: string): Records {
    const seen = <T>(value: T): T => {
      this.#note(actor, JSON.stringify(value) ?? '');
      return value;
    };
    return {
      get: async <T>(key: string) => {
        const text = this.#kept.get(key);
        return seen(text === undefined ? undefined : (JSON.parse(text) as T));
      },
      put: async (key, value) => void this.#kept.set(key, JSON.stringify(value)),
      add: async (key, value) => {
        const isNew = !this.#kept.has(key);
        if (isNew) this.#kept.set(key, JSON.stringify(value));
        return seen(isNew);
      },
      remove: async (key) => void this.#kept.delete(key),
    };
  }

  #account(actor: string): Account {
    const seen = <T>(value: T): T => {
      this.#note(actor, JSON.stringify(value) ?? '');
      return value;
    };
    return {
      functions: async () => seen(this.#exists ? [{ name: 'orders', ...this.#function }] : []),
      concurrency: async () => seen(this.#concurrency),
      setConcurrency: async (_, concurrency) => {
        this.#concurrency = concurrency;
      },
      mappings: async () => [],
      setMapping: async () => undefined,
      mark: async (name, had) => void (had ? this.#marks.set(name, had) : this.#marks.delete(name)),
      marked: async (name) => seen(this.#marks.get(name)),
      rules: async () => [],
      setRule: async () => undefined,
      sums: async (query) => seen(this.#sums(query)),
      publish: async () => undefined,
      notify: async () => undefined,
      freeTier: async () => undefined,
    };
  }

  #sums({ metric, from, to, periodMs }: SumsQuery): { at: number; value: number; count: number }[] {
    const visible = this.#points.filter(({ at, visibleAt }) => visibleAt <= this.#now && at >= from && at < to);
    return Array.from(
      Map.groupBy(visible, ({ at }) => at - (at % periodMs)),
      ([at, all]) => {
        const value = metric === 'Invocations' ? all.length : all.reduce((sum, each) => sum + each.value, 0);
        return { at, value, count: all.length };
      },
    );
  }

  #note(actor: string, what: string): void {
    const history = this.#histories.get(actor) ?? [];
    this.#histories.set(actor, history);
    history.push(`${this.#now - BEGIN} ${what}`);
  }

  #takeOver(): void {
    Date.now = () => this.#now;
    const set = (run: () => void, ms = 0): object => {
      const timer = { at: this.#now + ms, run };
      this.#timers.push(timer);
      return timer;
    };
    const clear = (timer: { run: () => void } | undefined): void => {
      if (timer) timer.run = () => undefined;
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}

const withMaps = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);

/** Everything of a month that an environment depends on. It ignores the grants of others, which only the guardian uses. */
const withoutOpen = (key: string, value: unknown): unknown => (key === 'open' || key === 'init' ? undefined : value);
