import type { Invocation } from '@suga/gateway';
import type { LambdaStats, SourceStats } from './contract.js';
import type { BilledUsage } from './cost-estimate.js';

interface Totals {
  invocations: number;
  errors: number;
  totalMs: number;
  maxMs: number;
}

/** Counts invocations when they start and end. An invocation is identified by its object, so overlapping invocations are not mixed up. */
export class InvocationStats {
  private readonly since: number = Date.now();
  private readonly all: Totals = emptyTotals();
  private readonly sources: Map<string, Totals> = new Map();
  private readonly failed: WeakSet<Invocation> = new WeakSet();
  private readonly running: Set<Invocation> = new Set();
  private coldStarts = 0;
  private billedMs = 0;
  private initMs = 0;

  /** Number of invocations that have ended. */
  get ended(): number {
    return this.all.invocations;
  }

  start(invocation: Invocation): void {
    this.running.add(invocation);
    // Only a cold start directly follows an INIT that is billed by its duration. The time since the process started minus the age of this
    // invocation is that duration, even if the interface is loaded later in the invocation.
    if (invocation.coldStart) this.initMs = Math.max(0, Math.round(process.uptime() * 1000 - (Date.now() - invocation.startedAt)));
  }

  fail(invocation: Invocation): void {
    this.failed.add(invocation);
  }

  end(invocation: Invocation): void {
    this.running.delete(invocation);
    const took = Math.max(0, Date.now() - invocation.startedAt);
    const source = invocation.source ?? 'unknown';
    let own = this.sources.get(source);
    if (!own) this.sources.set(source, (own = emptyTotals()));
    for (const into of [this.all, own]) add(into, took, this.failed.has(invocation));
    if (invocation.coldStart) this.coldStarts++;
    this.billedMs += Math.max(1, Math.ceil(took));
  }

  billed(): BilledUsage {
    return { requests: this.all.invocations, billedMs: this.billedMs, initMs: this.coldStarts > 0 ? this.initMs : 0 };
  }

  stats(): LambdaStats {
    const { all, running, coldStarts, since } = this;
    const sources = [...this.sources].map(([source, own]): [string, SourceStats] => [source, { ...own }]);
    return { ...all, active: running.size, coldStarts, since, sources: Object.fromEntries(sources) };
  }
}

const emptyTotals = (): Totals => ({ invocations: 0, errors: 0, totalMs: 0, maxMs: 0 });

function add(into: Totals, took: number, failed: boolean): void {
  into.invocations++;
  if (failed) into.errors++;
  into.totalMs += took;
  into.maxMs = Math.max(into.maxMs, took);
}
