import type { ChildScope, Host, Invocation, Scope } from '@suga/gateway';
import type { Settings } from './config.js';
import { PendingMetrics } from './pending-metrics.js';

/**
 * The samples that each scope has recorded and not written yet; overlapping ones never share them. A part of an invocation has the dimensions
 * and metadata of its parent until it changes them. At its end its values join those of the scope around it, under their own dimensions,
 * unless it has metadata of its own: then it has lines of its own.
 */
export class InvocationMetrics {
  lines = 0;
  /** What is recorded outside of invocations. */
  global: PendingMetrics = new PendingMetrics();
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #pending = new WeakMap<Scope, PendingMetrics>();
  /** Scopes that may have values; an invocation also after its end, if something was recorded later. */
  readonly #openScopes = new Set<Scope>();

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** Those of the running scope: its dimensions and metadata. */
  current(): PendingMetrics {
    const scope = this.#host.scope();
    return scope ? this.#get(scope) : this.global;
  }

  /** Those that a sample is added to now: for a part that is over, those of the scope around it. */
  target(): PendingMetrics {
    const scope = this.#host.scope();
    return scope ? this.#open(this.#runningScope(scope)) : this.global;
  }

  /** Those of the whole invocation. */
  invocation(): PendingMetrics {
    const invocation = this.#host.invocation();
    return invocation ? this.#open(invocation) : this.global;
  }

  /** Writes what the running scope and those around it have, or outside of any what remains; dimensions and metadata stay. */
  flush(): number {
    const before = this.lines;
    for (let scope = this.#host.scope(); scope && 'parent' in scope; scope = scope.parent) this.endPart(scope);
    const invocation = this.#host.invocation();
    if (invocation) this.write(invocation);
    else this.writeEnded();
    return this.lines - before;
  }

  /** A part is over: its values join those of the scope around it that goes on, or are written. */
  endPart(part: ChildScope): void {
    const pending = this.#pending.get(part);
    this.#openScopes.delete(part);
    if (!pending || pending.isEmpty) return;
    const target = this.#open(this.#runningScope(part.parent));
    if (pending.metadata !== target.metadata) {
      this.#writePending(pending, part.invocation);
      return;
    }
    target.batch.absorb(pending.batch);
    pending.clear();
  }

  /** Writes an invocation's lines. */
  write(invocation: Invocation): void {
    const pending = this.#pending.get(invocation);
    if (pending) this.#writePending(pending, invocation);
  }

  /** Writes what remains of scopes that are over (or of those that are to count as over), and of what happened outside of any. */
  writeEnded(isEnded = (scope: Scope): boolean => this.#host.hasEnded(scope)): void {
    // Parts first: a set also comes to what is added meanwhile, and their values join those of others.
    for (const scope of this.#openScopes) if ('parent' in scope && isEnded(scope)) this.endPart(scope);
    for (const scope of this.#openScopes) {
      if ('parent' in scope || !isEnded(scope)) continue;
      this.write(scope);
      this.#openScopes.delete(scope);
    }
    this.#writePending(this.global, undefined);
  }

  /** Whether there are values that are not written yet. */
  get isPending(): boolean {
    return [this.global, ...Array.from(this.#openScopes, (scope) => this.#get(scope))].some(({ isEmpty }) => !isEmpty);
  }

  /** Forgets all values. What runs keeps its dimensions and metadata. */
  clear(): void {
    for (const scope of this.#openScopes) this.#get(scope).clear();
    this.#openScopes.clear();
    this.global = new PendingMetrics();
  }

  /** The scope, or for a part that is over the nearest one around it that goes on. */
  #runningScope(scope: Scope): Scope {
    let running = scope;
    while ('parent' in running && this.#host.hasEnded(running)) running = running.parent;
    return running;
  }

  #open(scope: Scope): PendingMetrics {
    this.#openScopes.add(scope);
    return this.#get(scope);
  }

  #get(scope: Scope): PendingMetrics {
    let pending = this.#pending.get(scope);
    if (!pending) this.#pending.set(scope, (pending = new PendingMetrics('parent' in scope ? this.#get(scope.parent) : undefined)));
    return pending;
  }

  #writePending(pending: PendingMetrics, invocation: Invocation | undefined): void {
    if (pending.isEmpty) return;
    const { batch, families, metadata } = pending;
    const { namespace, service } = this.#settings;
    const standard = { service, ...(invocation && { function_request_id: invocation.id, cold_start: invocation.coldStart }) };
    pending.clear();
    for (const line of batch.lines(namespace, { standard, metadata, families: families?.stats() })) this.#write(line);
  }

  #write(line: object): void {
    try {
      this.#settings.write(JSON.stringify(line));
      this.lines++;
    } catch {
      // A `write` that throws (a full disk): a metric must not break the work it measures.
    }
  }
}
