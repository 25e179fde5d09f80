import type { Host, Scope } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { TraceContext } from '../log-contract.js';
import { toTraceContext } from './trace.js';

/** Trace contexts by scope: each invocation has its own, even if invocations overlap. A part of an invocation that sets one has its own, too. */
export class Traces {
  readonly #host: Host;
  /** Contexts by scope; `undefined` for a part of an invocation that has cleared the context of its parent. */
  readonly #set = new WeakMap<Scope, TraceContext | undefined>();
  /** Scopes that have set a context and have not ended. */
  readonly #live = new Set<Scope>();
  #outside: TraceContext | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Number of contexts that were set and still apply. */
  get size(): number {
    return this.#live.size + (this.#outside ? 1 : 0);
  }

  get(): TraceContext | undefined {
    const scope = this.#host.scope();
    if (!scope) return this.#outside;
    let at: Scope | undefined = scope;
    while (at && !this.#set.has(at)) at = 'parent' in at ? at.parent : undefined;
    const traceId = this.#host.invocation()?.traceId;
    return (at && this.#set.get(at)) ?? (traceId === undefined ? undefined : toTraceContext(traceId));
  }

  set(text: string): TraceContext {
    const context = toTraceContext(text);
    if (!context) throw invalidParam('debug', 'context', text, 'a traceparent, an X-Ray header, or one of their trace ids');
    const scope = this.#host.scope();
    if (!scope) return (this.#outside = context);
    this.#set.set(scope, context);
    // A context that is set after the end of its scope is not counted, because no hook would remove it again.
    if (!this.#host.hasEnded(scope)) this.#live.add(scope);
    return context;
  }

  clear(): void {
    const scope = this.#host.scope();
    if (!scope) this.#outside = undefined;
    else if ('parent' in scope) this.#set.set(scope, undefined);
    else this.end(scope);
  }

  /** Ends a part of an invocation. Work that still runs in it keeps its context. */
  endPart(part: Scope): void {
    this.#live.delete(part);
  }

  /** Ends an invocation. */
  end(scope: Scope): void {
    this.#set.delete(scope);
    this.#live.delete(scope);
  }
}
