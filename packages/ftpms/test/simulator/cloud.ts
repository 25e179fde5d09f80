import type { Account, Described, Point, Stopped, SumsQuery } from '../../src/account.js';
import type { Amount } from '../../src/contract.js';
import { monthOf } from '../../src/months.js';
import type { World } from './world.js';

/** A function of the simulated account. */
export interface Setup extends Described {
  readonly critical: boolean;
  /** Whether it runs under FTPMS. */
  readonly protected: boolean;
  readonly concurrency: number;
}

/** How late and how wrong the account's services are. Times in ms. */
export interface Weather {
  /** Until a point of CloudWatch can be read, at most. */
  readonly metricDelay: number;
  /** One call of the control plane, at most. */
  readonly callLatency: number;
  /** From a changed concurrency until it holds everywhere, at most. */
  readonly propagation: number;
  /** Share of calls of the control plane that fail. */
  readonly callFaults: number;
}

/** How often and how long, by the begin of a period, for both lengths of period. */
type Sums = Readonly<Record<SumsQuery['periodMs'], Map<number, { count: number; duration: number }>>>;

const PERIODS = [60_000, 3_600_000] as const;

/** An AWS account in one region: bills, counts, throttles. What it bills is the truth that the tests look at. */
export class Cloud implements Account {
  readonly setups: ReadonlyMap<string, Setup>;
  readonly bills: Map<string, { requests: number; mbMs: number }> = new Map();
  readonly calls: Map<string, number> = new Map();
  readonly messages: string[] = [];
  /** Told when a function stands still. */
  onStop: () => void = () => undefined;
  /** What holds at the front door now. */
  readonly limits: Map<string, number> = new Map();
  readonly #marks: Map<string, Stopped> = new Map();
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
      this.#sums.set(name, { 60000: new Map(), 3600000: new Map() });
    }
  }

  /** One invocation has ended: billed to the month it began in, and told to CloudWatch some time later. @param extra MB·ms of an INIT, which no metric has */
  bill(name: string, start: number, durationMs: number, extra = 0): void {
    const { memoryMb } = this.setups.get(name) as Setup;
    const month = this.#bill(start);
    month.requests++;
    month.mbMs += memoryMb * Math.ceil(durationMs) + extra;
    const late = this.#world.random() * this.#weather.metricDelay;
    this.#world.after(late, () => {
      const sums = this.#sums.get(name) as Sums;
      for (const period of PERIODS) {
        const at = Math.floor(start / period) * period;
        const { count, duration } = sums[period].get(at) ?? { count: 0, duration: 0 };
        sums[period].set(at, { count: count + 1, duration: duration + durationMs });
      }
    });
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
    this.#set.set(name, concurrency);
    this.#world.after(this.#world.random() * this.#weather.propagation, () => this.#apply(name));
  }

  #apply(name: string): void {
    this.limits.set(name, this.#set.get(name) ?? 1000);
    if (this.limits.get(name) === 0) this.onStop();
  }

  async mark(name: string, stopped: Stopped | undefined): Promise<void> {
    await this.#call('TagResource');
    if (stopped) this.#marks.set(name, stopped);
    else this.#marks.delete(name);
  }

  async marked(name: string): Promise<Stopped | undefined> {
    await this.#call('ListTags');
    return this.#marks.get(name);
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
    if (from % periodMs || to % periodMs) throw new Error('The simulated CloudWatch wants whole periods.');
    if ((to - from) / periodMs > 1440) throw new Error('You have requested up to more than 1,440 datapoints.');
    const points: Point[] = [];
    for (let at = from; at < to; at += periodMs) {
      let [count, duration] = [0, 0];
      for (const sums of name === undefined ? this.#sums.values() : [this.#sums.get(name) as Sums]) {
        const sum = sums[periodMs].get(at);
        count += sum?.count ?? 0;
        duration += sum?.duration ?? 0;
      }
      if (count > 0) points.push({ at, value: metric === 'Invocations' ? count : duration, count });
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

  async #call(name: string): Promise<void> {
    add(this.calls, name, 1);
    await this.#world.sleep(this.#world.random() * this.#weather.callLatency);
    if (this.#world.chance(this.#weather.callFaults)) throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  }
}

function add<Key>(sums: Map<Key, number>, key: Key, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
