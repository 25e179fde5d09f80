import type { Host, Scope } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { TraceContext } from '../log-contract.js';
import { toTraceContext } from './trace.js';

/** The trace of the running code: each invocation has its own, however many overlap, and so has each of its parts that sets one. */
export class Traces {
  readonly #host: Host;
  /** `undefined` for a part of an invocation that has cleared what its parent has set. */
  readonly #set = new WeakMap<Scope, TraceContext | undefined>();
  /** Scopes that have set one and have not ended. */
  readonly #live = new Set<Scope>();
  #outside: TraceContext | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** How many have been set and still hold. */
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
    // What late work sets is not counted: nothing would take it off again.
    if (!this.#host.hasEnded(scope)) this.#live.add(scope);
    return context;
  }

  clear(): void {
    const scope = this.#host.scope();
    if (!scope) this.#outside = undefined;
    else if ('parent' in scope) this.#set.set(scope, undefined);
    else this.end(scope);
  }

  /** A part is over. What still runs inside of it keeps its trace. */
  endPart(part: Scope): void {
    this.#live.delete(part);
  }

  /** An invocation has ended. */
  end(scope: Scope): void {
    this.#set.delete(scope);
    this.#live.delete(scope);
  }
}
