import type { Host, Invocation } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { TraceContext } from './records.js';
import { toTraceContext } from './trace.js';

/** Which trace the running code is part of: each invocation has its own, however many overlap. */
export class Traces {
  readonly #host: Host;
  readonly #set = new WeakMap<Invocation, TraceContext>();
  readonly #ended = new WeakSet<Invocation>();
  #outside: TraceContext | undefined;
  #running = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** How many have been set and still hold. */
  get size(): number {
    return this.#running + (this.#outside ? 1 : 0);
  }

  get(): TraceContext | undefined {
    const invocation = this.#host.invocation();
    if (!invocation) return this.#outside;
    return this.#set.get(invocation) ?? (invocation.traceId === undefined ? undefined : toTraceContext(invocation.traceId));
  }

  set(text: string): TraceContext {
    const context = toTraceContext(text);
    if (!context) throw invalidParam('debug', 'context', text, 'a traceparent, an X-Ray header, or one of their trace ids');
    const invocation = this.#host.invocation();
    if (invocation) {
      if (!this.#set.has(invocation) && !this.#ended.has(invocation)) this.#running++;
      this.#set.set(invocation, context);
    } else this.#outside = context;
    return context;
  }

  clear(): void {
    const invocation = this.#host.invocation();
    if (invocation) this.#forget(invocation);
    else this.#outside = undefined;
  }

  /** What an ended invocation's late work sets is no longer counted. */
  end(invocation: Invocation): void {
    this.#forget(invocation);
    this.#ended.add(invocation);
  }

  #forget(invocation: Invocation): void {
    if (this.#set.delete(invocation) && !this.#ended.has(invocation)) this.#running--;
  }
}
