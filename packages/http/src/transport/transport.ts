import type { Call } from '../call.js';
import type { HttpOptions } from '../contract.js';
import { createAddressGuard } from './address-guard.js';
import { attempt } from './attempt.js';
import { Connections } from './connections.js';
import type { RawResponse } from './follow-redirects.js';
import { type SendDeps, sendWithRetries } from './send-with-retries.js';

/** Sends requests: limits, attempts, addresses, connections. It is loaded for the first request, because building URLs does not need it. */
export interface Transport {
  send(call: Call, sending: SendDeps): Promise<RawResponse>;
  /** Closes idle connections. Connections with a request in flight are closed after it. */
  retire(): void;
  /** Closes all connections. */
  drop(): void;
}

/** @throws `InvalidParams` for an `allow` that is not valid */
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
