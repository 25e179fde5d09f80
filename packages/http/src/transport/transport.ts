import type { Call } from '../call.js';
import type { HttpOptions } from '../contract.js';
import { createGuard } from './address-guard.js';
import { attempt } from './attempt.js';
import { Connections } from './connections.js';
import type { Answer } from './follow-redirects.js';
import { type Sending, send } from './send-with-retries.js';

/** The way out: limits, attempts, addresses, connections. An entry of its own, loaded for the first request; building URLs needs none of it. */
export interface Wire {
  send(call: Call, sending: Sending): Promise<Answer>;
  /** Lets idle connections go; those at work end theirs first. */
  retire(): void;
  /** Closes all connections. */
  drop(): void;
}

/** @throws `InvalidParams` for an `allow` that makes no sense */
export function createWire(options: HttpOptions): Wire {
  const guard = createGuard(options);
  const connections = new Connections(options, guard);
  const margin = options.margin ?? 200;
  return {
    send: (call, sending) => send({ ...sending, margin, attempt: (sent, whole) => attempt({ guard, connections }, sent, whole) }, call),
    retire: () => connections.retire(),
    drop: () => connections.drop(),
  };
}
