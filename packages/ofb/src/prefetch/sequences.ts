import type { SequenceSettings } from '../config.js';
import type { SequencesReport } from '../contract.js';
import type { Asked, Call } from '../queue/call.js';
import type { Page } from '../queue/page.js';
import { type Follower, Learned } from './learned.js';

/** Request types that are told apart; nothing is learned of more. */
const MAX_TYPES = 100;
/** Reads of one invocation that are learned from. */
const MAX_READS = 64;

/** A read that an invocation asked for. */
interface Step {
  readonly id: string;
  /** Reads that were asked for in the same turn travel together anyway. */
  readonly turn: number;
  readonly read: Follower;
}

/** What one invocation reads. */
interface Trail {
  readonly learned: Learned;
  readonly steps: Map<string, Step>;
  readonly ahead: Map<Call, { isUsed: boolean; readonly forget: () => void }>;
}

/** Learns which reads follow which in requests of one type, with the same parameters every time, and says what to fetch ahead. */
export class Sequences {
  readonly #settings: SequenceSettings;
  readonly #types = new Map<string, Learned>();
  readonly #trails = new WeakMap<Page, Trail>();

  constructor(settings: SequenceSettings) {
    this.#settings = settings;
  }

  /** Takes note of a read; gives those that will follow. */
  read(page: Page, { plan, args }: Asked): readonly Follower[] {
    const id = idOf(plan.interface, plan.operation, args);
    const trail = id === undefined || page.hasEnded ? undefined : this.#trail(page);
    if (id === undefined || !trail || trail.steps.has(id) || trail.steps.size >= MAX_READS) return [];
    trail.steps.set(id, { id, turn: page.turn, read: { interface: plan.interface, operation: plan.operation, args } });
    return trail.learned.after(id).flatMap(([next, read]) => (trail.steps.has(next) ? [] : read));
  }

  /** In ms of the process's clock. Not `performance`: reading that global for the first time loads half a dozen of Node's modules. */
  now(): number {
    return Number(process.hrtime.bigint()) / 1e6;
  }

  /** @param forget Takes its answer out of reach. */
  fetched(page: Page, call: Call, forget: () => void): void {
    const trail = this.#trails.get(page);
    if (!trail) return;
    trail.learned.fetched++;
    trail.ahead.set(call, { isUsed: false, forget });
  }

  used(page: Page, call: Call): void {
    const trail = this.#trails.get(page);
    const ahead = trail?.ahead.get(call);
    if (!trail || !ahead || ahead.isUsed) return;
    ahead.isUsed = true;
    trail.learned.gained(this.now() - (call.aheadSince as number));
  }

  /** Learns from an invocation that is over. */
  end(page: Page): void {
    const trail = this.#trails.get(page);
    if (!trail) return;
    this.#trails.delete(page);
    for (const { isUsed, forget } of trail.ahead.values()) {
      forget();
      if (!isUsed) trail.learned.wasted++;
    }
    const steps = [...trail.steps.values()];
    for (const [at, { id, turn }] of steps.entries()) {
      const after = steps.slice(at + 1).filter((step) => step.turn > turn);
      trail.learned.seen(
        id,
        after.slice(0, this.#settings.most).map((step) => [step.id, step.read] as const),
      );
    }
    trail.learned.ended();
  }

  report(): SequencesReport {
    return { requests: Object.fromEntries(Array.from(this.#types, ([type, learned]) => [type, learned.report()])) };
  }

  #trail(page: Page): Trail | undefined {
    const known = this.#trails.get(page);
    if (known || !page.invocation) return known;
    const type = page.invocation.request ?? page.invocation.source ?? 'unknown';
    let learned = this.#types.get(type);
    if (!learned && this.#types.size < MAX_TYPES) this.#types.set(type, (learned = new Learned(this.#settings)));
    if (!learned) return undefined;
    const trail: Trail = { learned, steps: new Map(), ahead: new Map() };
    this.#trails.set(page, trail);
    return trail;
  }
}

/** What a read is known by: only plain and short parameters can be asked for again, the same as they were. */
function idOf(of: string, operation: string, args: readonly unknown[]): string | undefined {
  let id = `${of}.${operation}`;
  for (const value of args) {
    if (
      typeof value === 'string' ? value.length > 256 : typeof value === 'object' ? value !== null : !['number', 'boolean', 'undefined'].includes(typeof value)
    )
      return undefined;
    id += typeof value === 'string' ? `,${JSON.stringify(value)}` : `,${Object.is(value, -0) ? '-0' : String(value)}`;
  }
  return id;
}
