import type { ChildScope, Host, Invocation, Scope } from '@suga/gateway';
import type { Settings } from './config.js';
import { PendingMetrics } from './pending-metrics.js';

/**
 * The unwritten samples of each scope. Overlapping scopes never share them.
 *
 * A part of an invocation has the dimensions and metadata of its parent until it changes them. At its end, its values are added to those of
 * the surrounding scope, with their own dimensions. If it has metadata of its own, its values are written as lines of their own instead.
 */
export class InvocationMetrics {
  lines = 0;
  /** Values recorded outside of invocations. */
  global: PendingMetrics = new PendingMetrics();
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #pending = new WeakMap<Scope, PendingMetrics>();
  /** Scopes that may have values. Includes ended invocations if values were recorded later. */
  readonly #openScopes = new Set<Scope>();

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** Returns the pending metrics of the running scope, to read or set dimensions and metadata. */
  current(): PendingMetrics {
    const scope = this.#host.scope();
    return scope ? this.#get(scope) : this.global;
  }

  /** Returns the pending metrics that a new sample is added to. If the running part has ended, those of the surrounding scope. */
  target(): PendingMetrics {
    const scope = this.#host.scope();
    return scope ? this.#open(this.#runningScope(scope)) : this.global;
  }

  /** Returns the pending metrics of the whole invocation. */
  invocation(): PendingMetrics {
    const invocation = this.#host.invocation();
    return invocation ? this.#open(invocation) : this.global;
  }

  /** Writes the values of the running scope and its parents. Outside of scopes, writes what remains. Keeps dimensions and metadata. */
  flush(): number {
    const before = this.lines;
    for (let scope = this.#host.scope(); scope && 'parent' in scope; scope = scope.parent) this.endPart(scope);
    const invocation = this.#host.invocation();
    if (invocation) this.write(invocation);
    else this.writeEnded();
    return this.lines - before;
  }

  /** Handles the end of a part: its values are added to the nearest surrounding scope that still runs, or are written. */
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

  /** Writes the remaining values of ended scopes, and those from outside of scopes. @param isEnded Decides which scopes count as ended */
  writeEnded(isEnded = (scope: Scope): boolean => this.#host.hasEnded(scope)): void {
    // Parts come first, because their values are added to other scopes. The loop also visits scopes that it adds to the set.
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

  /** Discards all values. Running scopes keep their dimensions and metadata. */
  clear(): void {
    for (const scope of this.#openScopes) this.#get(scope).clear();
    this.#openScopes.clear();
    this.global = new PendingMetrics();
  }

  /** Returns the scope itself. For a part that has ended, returns the nearest surrounding scope that still runs. */
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
      // `write` threw, for example because the disk is full. A metric must not break the work that it measures.
    }
  }
}
