import type { SequenceSettings } from '../config.js';
import type { SequencesReport } from '../contract.js';
import type { Call, CallRequest } from '../queue/call.js';
import type { CallOwner } from '../queue/call-owner.js';
import { type Follower, ReadPatterns } from './read-patterns.js';

/** Maximum number of request types. Further types are ignored. */
const MAX_TYPES = 100;
/** Maximum number of reads per invocation that are recorded. */
const MAX_READS = 64;

/** A read that an invocation called. */
interface Step {
  readonly id: string;
  /** The caller's turn. Reads of the same turn share a batch anyway, so they do not count as following each other. */
  readonly turn: number;
  readonly read: Follower;
}

/** The reads of one invocation. */
interface Trail {
  readonly patterns: ReadPatterns;
  readonly steps: Map<string, Step>;
  /** The prefetched calls. */
  readonly calls: Map<Call, { isUsed: boolean; readonly forget: () => void }>;
}

/** Learns, per request type, which reads follow which other reads with the same parameters, and decides what to prefetch. */
export class Prefetcher {
  readonly #settings: SequenceSettings;
  readonly #types = new Map<string, ReadPatterns>();
  readonly #trails = new WeakMap<CallOwner, Trail>();

  constructor(settings: SequenceSettings) {
    this.#settings = settings;
  }

  /** Records a read and returns the reads to prefetch. */
  read(owner: CallOwner, { plan, args }: CallRequest): readonly Follower[] {
    const id = toReadId(plan.interface, plan.operation, args);
    const trail = id === undefined || owner.hasEnded ? undefined : this.#trail(owner);
    if (id === undefined || !trail || trail.steps.has(id) || trail.steps.size >= MAX_READS) return [];
    trail.steps.set(id, { id, turn: owner.turn, read: { interface: plan.interface, operation: plan.operation, args } });
    return trail.patterns.after(id).flatMap(([next, read]) => (trail.steps.has(next) ? [] : read));
  }

  /** Returns ms of the process's monotonic clock. `performance` is avoided: reading that global for the first time loads half a dozen of Node's modules. */
  now(): number {
    return Number(process.hrtime.bigint()) / 1e6;
  }

  /** Records that a call was prefetched. @param forget Removes the result, so that later callers cannot use it */
  fetched(owner: CallOwner, call: Call, forget: () => void): void {
    const trail = this.#trails.get(owner);
    if (!trail) return;
    trail.patterns.fetched++;
    trail.calls.set(call, { isUsed: false, forget });
  }

  used(owner: CallOwner, call: Call): void {
    const trail = this.#trails.get(owner);
    const entry = trail?.calls.get(call);
    if (!trail || !entry || entry.isUsed) return;
    entry.isUsed = true;
    trail.patterns.gained(this.now() - (call.prefetchedAt as number));
  }

  /** Learns from an invocation that has ended. */
  end(owner: CallOwner): void {
    const trail = this.#trails.get(owner);
    if (!trail) return;
    this.#trails.delete(owner);
    for (const { isUsed, forget } of trail.calls.values()) {
      forget();
      if (!isUsed) trail.patterns.wasted++;
    }
    const steps = [...trail.steps.values()];
    for (const [at, { id, turn }] of steps.entries()) {
      const after = steps.slice(at + 1).filter((step) => step.turn > turn);
      trail.patterns.count(
        id,
        after.slice(0, this.#settings.maxFollowers).map((step) => [step.id, step.read] as const),
      );
    }
    trail.patterns.ended();
  }

  report(): SequencesReport {
    return { requests: Object.fromEntries(Array.from(this.#types, ([type, patterns]) => [type, patterns.report()])) };
  }

  #trail(owner: CallOwner): Trail | undefined {
    const known = this.#trails.get(owner);
    if (known || !owner.invocation) return known;
    const type = owner.invocation.request ?? owner.invocation.source ?? 'unknown';
    let patterns = this.#types.get(type);
    if (!patterns && this.#types.size < MAX_TYPES) this.#types.set(type, (patterns = new ReadPatterns(this.#settings)));
    if (!patterns) return undefined;
    const trail: Trail = { patterns, steps: new Map(), calls: new Map() };
    this.#trails.set(owner, trail);
    return trail;
  }
}

/** Returns an id for a read. `undefined` if a parameter is long or not primitive: such a read could not be repeated exactly. */
function toReadId(of: string, operation: string, args: readonly unknown[]): string | undefined {
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
