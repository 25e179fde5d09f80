import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import type { RequestUsage, Usage } from './contract.js';

/** Maximum number of request types that are counted separately. Further types are counted under `other`. */
const MAX_TYPES = 100;

/** Counts by the indexes of operations and interfaces, because the end of an invocation must not take more than a microsecond. */
interface RequestCounts {
  invocations: number;
  coldStarts: number;
  readonly interfaces: number[];
  readonly cold: number[];
  readonly operations: number[];
  /** Counts of pairs of interfaces. The key is the first index times `MAX_INTERFACES`, plus the second index. */
  readonly together: Map<number, number>;
}

const MAX_INTERFACES = 2 ** 16;

/** Indexes of the operations that one invocation has used. */
type UsedOperations = Set<number>;

/**
 * Records which operations the invocations of each request type use.
 *
 * As long as invocations do not overlap, the operations' own call counters show at its end what an invocation used, so calls cost nothing.
 * When two overlap for the first time, every operation is bound again, to a function that notes the invocation it runs for.
 */
export class UsageLog {
  readonly #control: Control;
  readonly #operations: Operation[] = [];
  readonly #indexes = new Map<Operation, number>();
  readonly #interfaces: string[] = [];
  /** The index of each operation's interface. */
  readonly #interfaceOf: number[] = [];
  /** Value of each operation's counter when the last invocation that ran alone began. */
  readonly #lastCalls: number[] = [];
  /** Used operations of each running invocation, once invocations have overlapped. */
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

  /** @param isLoading Whether the operation is bound because its interface is being loaded. Its calls so far then belong to this invocation. */
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

  /** Counts an invocation that ends, and returns the names of the interfaces that it used. */
  end(invocation: Invocation): readonly string[] {
    const tracked = this.#usedBy.get(invocation);
    // An invocation that began before the middleware was attached was never counted as active.
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

  /** Whether an invocation that still runs has used the interface. The interface may hold state for it. */
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

  /** Assigns all calls so far to the first invocation, and binds operations so that later calls note their own invocation. */
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
      // `flatMap` skips the indexes that have no count.
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
