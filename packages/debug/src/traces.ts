import type { Host, Invocation } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { TraceContext } from './records.js';
import { toTraceContext } from './trace.js';

/** Which trace the running code is part of: each invocation has its own, however many overlap. */
export class Traces {
  readonly #host: Host;
  readonly #set = new WeakMap<Invocation, TraceContext>();
  #outside: TraceContext | undefined;

  constructor(host: Host) {
    this.#host = host;
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
    if (invocation) this.#set.set(invocation, context);
    else this.#outside = context;
    return context;
  }

  clear(): void {
    const invocation = this.#host.invocation();
    if (invocation) this.#set.delete(invocation);
    else this.#outside = undefined;
  }
}
