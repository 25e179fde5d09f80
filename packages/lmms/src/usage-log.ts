import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import type { RequestUsage, Usage } from './contract.js';

/** Request types that are told apart; what comes after goes under `other`. */
const MAX_TYPES = 100;

/** Counts by the places of operations and interfaces: an invocation's end must not cost more than a microsecond. */
interface Tally {
  invocations: number;
  coldStarts: number;
  readonly interfaces: number[];
  readonly cold: number[];
  readonly operations: number[];
  /** By the first one's place times `MAX_INTERFACES`, plus the second one's. */
  readonly together: Map<number, number>;
}

const MAX_INTERFACES = 2 ** 16;

/** What one invocation has used, by the operations' places. */
type Page = Set<number>;

/**
 * Usage analytics: which operations the invocations of each request type use.
 *
 * As long as invocations come one at a time, what an invocation used is what the operations' own counters say at its end: no call costs
 * anything. When two overlap for the first time, every operation is bound anew with a mark that notes the invocation it runs for.
 */
export class UsageLog {
  readonly #control: Control;
  readonly #operations: Operation[] = [];
  readonly #places = new Map<Operation, number>();
  readonly #interfaces: string[] = [];
  /** The place of each operation's interface. */
  readonly #owners: number[] = [];
  /** What each counter was when the last lone invocation began. */
  readonly #before: number[] = [];
  /** Of the invocations that run, once they have overlapped. */
  readonly #pages = new Map<Invocation, Page>();
  readonly #tallies = new Map<string, Tally>();
  readonly #loads = new Map<string, { count: number; totalMs: number }>();
  #active = 0;
  #lone: Invocation | undefined;
  #marking = false;

  constructor(control: Control) {
    this.#control = control;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** @param fresh Whether it is bound because its interface is being loaded: its calls so far are those of this invocation. */
  bind(operation: Operation, next: Handler, fresh: boolean): Handler {
    const place = this.#places.get(operation) ?? this.#add(operation, fresh);
    return this.#marking ? this.#marked(place, next) : next;
  }

  start(invocation: Invocation): void {
    this.#active++;
    if (!this.#marking && this.#active === 1) {
      this.#lone = invocation;
      const [operations, before] = [this.#operations, this.#before];
      for (let place = 0; place < operations.length; place++) before[place] = (operations[place] as Operation).calls;
      return;
    }
    this.#pages.set(invocation, new Set());
    if (!this.#marking) this.#overlap();
  }

  /** Names of the interfaces that the invocation used. */
  end(invocation: Invocation): readonly string[] {
    const page = this.#pages.get(invocation);
    // One that began before the middleware was there has never been counted.
    if (page || this.#lone === invocation) this.#active--;
    const used: number[] = [];
    const tally = this.#begin(invocation);
    if (this.#lone === invocation) {
      const [operations, before] = [this.#operations, this.#before];
      this.#lone = undefined;
      for (let place = 0; place < operations.length; place++) if ((operations[place] as Operation).calls !== before[place]) this.#use(tally, place, used);
    } else {
      for (const place of page ?? []) this.#use(tally, place, used);
      this.#pages.delete(invocation);
    }
    return this.#finish(tally, used, invocation.coldStart);
  }

  /** Whether an invocation that still runs has used the interface: it may keep something there for it. */
  inUse(name: string): boolean {
    for (const page of this.#pages.values()) for (const place of page) if (this.#operations[place]?.interface === name) return true;
    return false;
  }

  loaded(name: string, ms: number): void {
    const load = this.#loads.get(name) ?? { count: 0, totalMs: 0 };
    load.count++;
    load.totalMs += ms;
    this.#loads.set(name, load);
  }

  export(): Usage {
    const requests = Object.fromEntries(Array.from(this.#tallies, ([type, tally]) => [type, this.#told(tally)]));
    return { version: 1, environments: 1, requests, loads: Object.fromEntries(Array.from(this.#loads, ([name, load]) => [name, { ...load }])) };
  }

  #add(operation: Operation, fresh: boolean): number {
    const place = this.#operations.push(operation) - 1;
    this.#places.set(operation, place);
    this.#before[place] = fresh ? 0 : operation.calls;
    const owner = this.#interfaces.indexOf(operation.interface);
    this.#owners[place] = owner < 0 ? this.#interfaces.push(operation.interface) - 1 : owner;
    return place;
  }

  /** What has been called so far is still the first one's alone; from here on calls say whose they are. */
  #overlap(): void {
    const page: Page = new Set();
    for (const [place, { calls }] of this.#operations.entries()) if (calls !== this.#before[place]) page.add(place);
    if (this.#lone) this.#pages.set(this.#lone, page);
    this.#lone = undefined;
    this.#marking = true;
    this.#control.rebind();
  }

  #marked(place: number, next: Handler): Handler {
    return (...args) => {
      const invocation = this.#control.invocation();
      if (invocation) this.#pages.get(invocation)?.add(place);
      return next(...args);
    };
  }

  #begin({ request, source, coldStart }: Invocation): Tally {
    const type = request ?? source ?? 'unknown';
    const tally = this.#tally(this.#tallies.has(type) || this.#tallies.size < MAX_TYPES ? type : 'other');
    tally.invocations++;
    if (coldStart) tally.coldStarts++;
    return tally;
  }

  #use({ operations }: Tally, place: number, used: number[]): void {
    operations[place] = (operations[place] ?? 0) + 1;
    const owner = this.#owners[place] as number;
    if (!used.includes(owner)) used.push(owner);
  }

  #finish({ interfaces, cold, together }: Tally, used: number[], coldStart: boolean): string[] {
    used.sort((a, b) => a - b);
    for (let index = 0; index < used.length; index++) {
      const owner = used[index] as number;
      interfaces[owner] = (interfaces[owner] ?? 0) + 1;
      if (coldStart) cold[owner] = (cold[owner] ?? 0) + 1;
      for (let other = index + 1; other < used.length; other++) {
        const pair = owner * MAX_INTERFACES + (used[other] as number);
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    }
    return used.map((owner) => this.#interfaces[owner] as string);
  }

  #tally(type: string): Tally {
    let tally = this.#tallies.get(type);
    if (!tally) this.#tallies.set(type, (tally = { invocations: 0, coldStarts: 0, interfaces: [], cold: [], operations: [], together: new Map() }));
    return tally;
  }

  #told({ invocations, coldStarts, interfaces, cold, operations, together }: Tally): RequestUsage {
    const byName = (counts: readonly number[], nameOf: (place: number) => string): Record<string, number> =>
      // Leaves out the places that have no count.
      Object.fromEntries(counts.flatMap((count, place) => [[nameOf(place), count] as const]));
    const name = (owner: number): string => this.#interfaces[owner] as string;
    const pairs = Array.from(together, ([pair, count]) => [[name(Math.floor(pair / MAX_INTERFACES)), name(pair % MAX_INTERFACES)].sort().join('+'), count]);
    return {
      invocations,
      coldStarts,
      interfaces: byName(interfaces, name),
      cold: byName(cold, name),
      operations: byName(operations, (place) => `${name(this.#owners[place] as number)}.${this.#operations[place]?.name}`),
      together: Object.fromEntries(pairs),
    };
  }
}
