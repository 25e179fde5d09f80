import type { Call } from '../call.js';
import type { HttpOptions } from '../contract.js';
import { createAddressGuard } from './address-guard.js';
import { attempt } from './attempt.js';
import { Connections } from './connections.js';
import type { RawResponse } from './follow-redirects.js';
import { type SendDeps, sendWithRetries } from './send-with-retries.js';

/** The way out: limits, attempts, addresses, connections. An entry of its own, loaded for the first request; building URLs needs none of it. */
export interface Transport {
  send(call: Call, sending: SendDeps): Promise<RawResponse>;
  /** Lets idle connections go; those at work end theirs first. */
  retire(): void;
  /** Closes all connections. */
  drop(): void;
}

/** @throws `InvalidParams` for an `allow` that makes no sense */
export function createTransport(options: HttpOptions): Transport {
  const guard = createAddressGuard(options);
  const connections = new Connections(options, guard);
  const margin = options.margin ?? 200;
  return {
    send: (call, sending) => sendWithRetries({ ...sending, margin, attempt: (sent, whole) => attempt({ guard, connections }, sent, whole) }, call),
    retire: () => connections.retire(),
    drop: () => connections.drop(),
  };
}
