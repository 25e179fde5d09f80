import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import type { RequestUsage, Usage } from './contract.js';

/** Request types that are told apart; what comes after goes under `other`. */
const MAX_TYPES = 100;

/** Counts by the indexes of operations and interfaces: an invocation's end must not cost more than a microsecond. */
interface RequestCounts {
  invocations: number;
  coldStarts: number;
  readonly interfaces: number[];
  readonly cold: number[];
  readonly operations: number[];
  /** By the first one's index times `MAX_INTERFACES`, plus the second one's. */
  readonly together: Map<number, number>;
}

const MAX_INTERFACES = 2 ** 16;

/** What one invocation has used, by the operations' indexes. */
type UsedOperations = Set<number>;

/**
 * Usage analytics: which operations the invocations of each request type use.
 *
 * As long as invocations come one at a time, what an invocation used is what the operations' own counters say at its end: no call costs
 * anything. When two overlap for the first time, every operation is bound anew with a mark that notes the invocation it runs for.
 */
export class UsageLog {
  readonly #control: Control;
  readonly #operations: Operation[] = [];
  readonly #indexes = new Map<Operation, number>();
  readonly #interfaces: string[] = [];
  /** The index of each operation's interface. */
  readonly #interfaceOf: number[] = [];
  /** What each counter was when the last invocation that ran alone began. */
  readonly #lastCalls: number[] = [];
  /** Of the invocations that run, once they have overlapped. */
  readonly #usedBy = new Map<Invocation, UsedOperations>();
  readonly #counts = new Map<string, RequestCounts>();
  readonly #loads = new Map<string, { count: number; totalMs: number }>();
  #active = 0;
  #only: Invocation | undefined;
  #tracksCalls = false;

  constructor(control: Control) {
    this.#control = control;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** @param isLoading Whether it is bound because its interface is being loaded: its calls so far are those of this invocation. */
  bind(operation: Operation, next: Handler, isLoading: boolean): Handler {
    const index = this.#indexes.get(operation) ?? this.#add(operation, isLoading);
    return this.#tracksCalls ? this.#withTracking(index, next) : next;
  }

  start(invocation: Invocation): void {
    this.#active++;
    if (!this.#tracksCalls && this.#active === 1) {
      this.#only = invocation;
      const [operations, before] = [this.#operations, this.#lastCalls];
      for (let index = 0; index < operations.length; index++) before[index] = (operations[index] as Operation).calls;
      return;
    }
    this.#usedBy.set(invocation, new Set());
    if (!this.#tracksCalls) this.#startTracking();
  }

  /** Names of the interfaces that the invocation used. */
  end(invocation: Invocation): readonly string[] {
    const tracked = this.#usedBy.get(invocation);
    // One that began before the middleware was there has never been counted.
    if (tracked || this.#only === invocation) this.#active--;
    const used: number[] = [];
    const counts = this.#countInvocation(invocation);
    if (this.#only === invocation) {
      const [operations, before] = [this.#operations, this.#lastCalls];
      this.#only = undefined;
      for (let index = 0; index < operations.length; index++)
        if ((operations[index] as Operation).calls !== before[index]) this.#countOperation(counts, index, used);
    } else {
      for (const index of tracked ?? []) this.#countOperation(counts, index, used);
      this.#usedBy.delete(invocation);
    }
    return this.#countInterfaces(counts, used, invocation.coldStart);
  }

  /** Whether an invocation that still runs has used the interface: it may keep something there for it. */
  inUse(name: string): boolean {
    for (const tracked of this.#usedBy.values()) for (const index of tracked) if (this.#operations[index]?.interface === name) return true;
    return false;
  }

  loaded(name: string, ms: number): void {
    const load = this.#loads.get(name) ?? { count: 0, totalMs: 0 };
    load.count++;
    load.totalMs += ms;
    this.#loads.set(name, load);
  }

  export(): Usage {
    const requests = Object.fromEntries(Array.from(this.#counts, ([type, counts]) => [type, this.#toRequestUsage(counts)]));
    return { version: 1, environments: 1, requests, loads: Object.fromEntries(Array.from(this.#loads, ([name, load]) => [name, { ...load }])) };
  }

  #add(operation: Operation, isLoading: boolean): number {
    const index = this.#operations.push(operation) - 1;
    this.#indexes.set(operation, index);
    this.#lastCalls[index] = isLoading ? 0 : operation.calls;
    const interfaceIndex = this.#interfaces.indexOf(operation.interface);
    this.#interfaceOf[index] = interfaceIndex < 0 ? this.#interfaces.push(operation.interface) - 1 : interfaceIndex;
    return index;
  }

  /** What has been called so far is still the first one's alone; from here on calls say whose they are. */
  #startTracking(): void {
    const tracked: UsedOperations = new Set();
    for (const [index, { calls }] of this.#operations.entries()) if (calls !== this.#lastCalls[index]) tracked.add(index);
    if (this.#only) this.#usedBy.set(this.#only, tracked);
    this.#only = undefined;
    this.#tracksCalls = true;
    this.#control.rebind();
  }

  #withTracking(index: number, next: Handler): Handler {
    return (...args) => {
      const invocation = this.#control.invocation();
      if (invocation) this.#usedBy.get(invocation)?.add(index);
      return next(...args);
    };
  }

  #countInvocation({ request, source, coldStart }: Invocation): RequestCounts {
    const type = request ?? source ?? 'unknown';
    const counts = this.#countsOf(this.#counts.has(type) || this.#counts.size < MAX_TYPES ? type : 'other');
    counts.invocations++;
    if (coldStart) counts.coldStarts++;
    return counts;
  }

  #countOperation({ operations }: RequestCounts, index: number, used: number[]): void {
    operations[index] = (operations[index] ?? 0) + 1;
    const interfaceIndex = this.#interfaceOf[index] as number;
    if (!used.includes(interfaceIndex)) used.push(interfaceIndex);
  }

  #countInterfaces({ interfaces, cold, together }: RequestCounts, used: number[], coldStart: boolean): string[] {
    used.sort((a, b) => a - b);
    for (let index = 0; index < used.length; index++) {
      const interfaceIndex = used[index] as number;
      interfaces[interfaceIndex] = (interfaces[interfaceIndex] ?? 0) + 1;
      if (coldStart) cold[interfaceIndex] = (cold[interfaceIndex] ?? 0) + 1;
      for (let other = index + 1; other < used.length; other++) {
        const pair = interfaceIndex * MAX_INTERFACES + (used[other] as number);
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    }
    return used.map((interfaceIndex) => this.#interfaces[interfaceIndex] as string);
  }

  #countsOf(type: string): RequestCounts {
    let counts = this.#counts.get(type);
    if (!counts) this.#counts.set(type, (counts = { invocations: 0, coldStarts: 0, interfaces: [], cold: [], operations: [], together: new Map() }));
    return counts;
  }

  #toRequestUsage({ invocations, coldStarts, interfaces, cold, operations, together }: RequestCounts): RequestUsage {
    const byName = (counts: readonly number[], nameOf: (index: number) => string): Record<string, number> =>
      // Leaves out the indexes that have no count.
      Object.fromEntries(counts.flatMap((count, index) => [[nameOf(index), count] as const]));
    const name = (interfaceIndex: number): string => this.#interfaces[interfaceIndex] as string;
    const pairs = Array.from(together, ([pair, count]) => [[name(Math.floor(pair / MAX_INTERFACES)), name(pair % MAX_INTERFACES)].sort().join('+'), count]);
    return {
      invocations,
      coldStarts,
      interfaces: byName(interfaces, name),
      cold: byName(cold, name),
      operations: byName(operations, (index) => `${name(this.#interfaceOf[index] as number)}.${this.#operations[index]?.name}`),
      together: Object.fromEntries(pairs),
    };
  }
}
