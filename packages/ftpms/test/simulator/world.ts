/** Time and chance of a simulated account. Tested code sees this time everywhere: as `Date.now`, in its timers, and in its clocks. */
export class World {
  now: number;
  readonly #heap: Event[] = [];
  #order = 0;
  #seed: number;
  /** Whether promises may have been settled, whose reactions must run before time goes on. */
  #settled = false;
  #turns = 0;
  readonly #real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor(now: number, seed: number) {
    this.now = now;
    this.#seed = seed;
  }

  /** Mulberry32: the same months for the same seed. */
  random = (): number => {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)] as T;
  }

  after(ms: number, run: () => unknown): Event {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, run };
    push(this.#heap, event);
    return event;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, () => this.settle(resolve)));
  }

  /** Records that waiting code may go on before the next event. */
  settle(resolve?: () => void): void {
    this.#settled = true;
    resolve?.();
  }

  /** Runs events until none is left, or until the time is reached. */
  async run(until: number): Promise<void> {
    this.#takeOver();
    try {
      for (let event = pop(this.#heap); event; event = pop(this.#heap)) {
        if (event.at > until) break;
        this.now = Math.max(this.now, event.at);
        event.run();
        if (!this.#settled) continue;
        this.#settled = false;
        await followers(++this.#turns);
      }
      this.now = until;
    } finally {
      Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
      Date.now = this.#real.now;
    }
  }

  #takeOver(): void {
    Date.now = () => this.now;
    const set = (run: () => unknown, ms = 0): Event =>
      this.after(ms, () => {
        this.#settled = true;
        run();
      });
    const clear = (event: Event | undefined): void => {
      if (event) event.run = () => undefined;
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}

/**
 * Waits until no reaction of a promise can run. Then `nextTick` calls back, at a quarter of the cost of a turn of the event loop. Sometimes it is
 * such a turn, so that the test runner can work.
 */
const followers = (turns: number): Promise<void> =>
  turns % 1024 === 0 ? new Promise((resolve) => setImmediate(resolve)) : new Promise((resolve) => process.nextTick(resolve));

interface Event {
  at: number;
  order: number;
  run: () => unknown;
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(event, heap[parent] as Event)) break;
    heap[at] = heap[parent] as Event;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
    if (!before(heap[child] as Event, last)) break;
    heap[at] = heap[child] as Event;
    at = child;
  }
  heap[at] = last;
  return first;
}
