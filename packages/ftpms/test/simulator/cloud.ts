import type { Account, Described, Marked, Point, Rule, SumsQuery } from '../../src/aws/contract.js';
import type { Amount } from '../../src/contract.js';
import { monthOf } from '../../src/guarantee/calendar.js';
import type { World } from './world.js';

/** A function of the simulated account. */
export interface Setup extends Described {
  readonly critical: boolean;
  /** Whether it uses FTPMS. */
  readonly protected: boolean;
  readonly concurrency: number;
}

/** Changes that a deployment makes to a function, or its removal. */
export type Change = Partial<Pick<Setup, 'memoryMb' | 'timeoutMs' | 'concurrency'>> | 'remove';

/** Delays and faults of the account's services. Times are in ms. */
export interface Weather {
  /** Longest time until a point of CloudWatch can be read. */
  readonly metricDelay: number;
  /** Whether every point is as late as that. */
  readonly isLate?: boolean;
  /** Longest duration of a call to the control plane. */
  readonly callLatency: number;
  /** Longest time from a change of concurrency until it holds everywhere. */
  readonly propagation: number;
  /** Share of calls to the control plane that fail. */
  readonly callFaults: number;
}

/** Number and duration of invocations, by the start of a period, for both lengths of period. */
type Sums = Readonly<Record<SumsQuery['periodMs'], Map<number, { count: number; duration: number }>>>;

const PERIODS = [60_000, 3_600_000] as const;

/** CloudWatch's series of all functions together has no name. */
const ALL = '';

/** An AWS account in one region: bills, counts, throttles. Tests compare with what it bills. */
export class Cloud implements Account {
  readonly setups: Map<string, Setup>;
  /** Whether the guardian may change its schedule. */
  canSetRule = true;
  rule: Rule = { name: 'guardian', expression: 'rate(5 minutes)', isEnabled: true };
  readonly bills: Map<string, { requests: number; mbMs: number }> = new Map();
  readonly calls: Map<string, number> = new Map();
  readonly messages: string[] = [];
  /** Called when a function is stopped. */
  onStop: () => void = () => undefined;
  /** Limits of concurrency that hold at the front door now. */
  readonly limits: Map<string, number> = new Map();
  readonly #marks: Map<string, Marked> = new Map();
  readonly #set: Map<string, number | undefined> = new Map();
  readonly #sums: Map<string, Sums> = new Map();
  readonly #world: World;
  readonly #weather: Weather;

  constructor(world: World, setups: readonly Setup[], weather: Weather) {
    this.#world = world;
    this.#weather = weather;
    this.setups = new Map(setups.map((each) => [each.name, each]));
    for (const { name, concurrency } of setups) {
      this.limits.set(name, concurrency);
      this.#set.set(name, concurrency);
    }
    for (const series of [...this.setups.keys(), ALL]) this.#sums.set(series, { 60000: new Map(), 3600000: new Map() });
  }

  /**
   * Ends an invocation: bills it to the month in which it started, and reports it to CloudWatch some time later.
   * @param extra MB·ms of an INIT, which no metric contains
   */
  bill({ name, memoryMb }: Pick<Setup, 'name' | 'memoryMb'>, start: number, durationMs: number, extra = 0): void {
    const month = this.#bill(start);
    month.requests++;
    month.mbMs += memoryMb * Math.ceil(durationMs) + extra;
    const { metricDelay, isLate = false } = this.#weather;
    const late = isLate ? metricDelay : this.#world.random() * metricDelay;
    this.#world.after(late, () => {
      for (const series of [name, ALL]) {
        const sums = this.#sums.get(series) as Sums;
        for (const period of PERIODS) {
          const at = Math.floor(start / period) * period;
          const { count, duration } = sums[period].get(at) ?? { count: 0, duration: 0 };
          sums[period].set(at, { count: count + 1, duration: duration + durationMs });
        }
      }
    });
  }

  /** Deploys a change. Running invocations keep their configuration. */
  deploy(name: string, change: Change): void {
    const setup = this.setups.get(name);
    if (!setup) return;
    if (change === 'remove') {
      this.setups.delete(name);
      this.limits.set(name, 0);
      return;
    }
    this.setups.set(name, { ...setup, ...change });
    if (change.concurrency === undefined) return;
    this.#set.set(name, change.concurrency);
    this.#apply(name);
  }

  used(month: string): Amount {
    return this.bills.get(month) ?? { requests: 0, mbMs: 0 };
  }

  #bill(at: number): { requests: number; mbMs: number } {
    const month = monthOf(at);
    const bill = this.bills.get(month) ?? { requests: 0, mbMs: 0 };
    this.bills.set(month, bill);
    return bill;
  }

  async functions(): Promise<readonly Described[]> {
    await this.#call('ListFunctions');
    return [...this.setups.values()].map(({ name, memoryMb, timeoutMs }) => ({ name, memoryMb, timeoutMs }));
  }

  async concurrency(name: string): Promise<number | undefined> {
    await this.#call('GetFunctionConcurrency');
    return this.#set.get(name);
  }

  async setConcurrency(name: string, concurrency: number | undefined): Promise<void> {
    await this.#call('PutFunctionConcurrency');
    if (!this.setups.has(name)) throw Object.assign(new Error(`Function not found: ${name}`), { name: 'ResourceNotFoundException' });
    this.#set.set(name, concurrency);
    this.#world.after(this.#world.random() * this.#weather.propagation, () => this.#apply(name));
  }

  #apply(name: string): void {
    this.limits.set(name, this.setups.has(name) ? (this.#set.get(name) ?? 1000) : 0);
    if (this.limits.get(name) === 0) this.onStop();
  }

  async mark(name: string, had: Marked | undefined): Promise<void> {
    await this.#call('TagResource');
    if (had) this.#marks.set(name, had);
    else this.#marks.delete(name);
  }

  async marked(name: string): Promise<Marked | undefined> {
    await this.#call('ListTags');
    return this.#marks.get(name);
  }

  async rules(): Promise<readonly Rule[]> {
    await this.#patient('ListRuleNamesByTarget');
    return [this.rule];
  }

  async setRule(rule: Rule): Promise<void> {
    await this.#patient('PutRule');
    if (!this.canSetRule) throw Object.assign(new Error('not authorized to perform: events:PutRule'), { name: 'AccessDeniedException' });
    this.rule = rule;
  }

  async mappings(): Promise<readonly { readonly id: string; readonly enabled: boolean }[]> {
    await this.#call('ListEventSourceMappings');
    return [];
  }

  async setMapping(): Promise<void> {
    await this.#call('UpdateEventSourceMapping');
  }

  async sums({ metric, function: name, from, to, periodMs }: SumsQuery): Promise<readonly Point[]> {
    await this.#call('GetMetricStatistics');
    if (from % periodMs || to % periodMs) throw new Error('The simulated CloudWatch accepts only whole periods.');
    if ((to - from) / periodMs > 1440) throw new Error('You have requested up to more than 1,440 datapoints.');
    const points: Point[] = [];
    const sums = (this.#sums.get(name ?? ALL) as Sums)[periodMs];
    for (let at = from; at < to; at += periodMs) {
      const sum = sums.get(at);
      if (sum) points.push({ at, value: metric === 'Invocations' ? sum.count : sum.duration, count: sum.count });
    }
    return points;
  }

  async publish(): Promise<void> {
    await this.#call('PutMetricData');
  }

  async notify(subject: string): Promise<void> {
    await this.#call('Publish');
    this.messages.push(subject);
  }

  async freeTier(): Promise<undefined> {
    return undefined;
  }

  /** Retries throttled calls, as the client of an AWS account does. */
  async #patient(name: string): Promise<void> {
    for (let tries = 1; tries < 5; tries++) {
      try {
        return await this.#call(name);
      } catch {
        // The next attempt follows.
      }
    }
    await this.#call(name);
  }

  async #call(name: string): Promise<void> {
    add(this.calls, name, 1);
    await this.#world.sleep(this.#world.random() * this.#weather.callLatency);
    if (this.#world.chance(this.#weather.callFaults)) throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  }
}

function add<Key>(sums: Map<Key, number>, key: Key, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
