import type { Call } from '../call.js';
import { failure, isClosed, isTransient, toFailure } from '../errors.js';
import type { AddressGuard } from './address-guard.js';
import type { Connections } from './connections.js';
import { type RawResponse, sendFollowingRedirects } from './follow-redirects.js';
import { type EndedBy, TimeLimit } from './time-limit.js';

/** Outcome of one attempt: a response or an error. */
export type Outcome =
  | { readonly response: RawResponse }
  /** `passing`: whether the failure is transient. `endedBy`: the limit or signal that ended the attempt, if it did not fail by itself. `ms`: its duration. */
  | { readonly error: unknown; readonly passing: boolean; readonly endedBy: EndedBy | undefined; readonly ms: number };

/** Dependencies of one attempt. */
export interface AttemptDeps {
  readonly guard: AddressGuard;
  readonly connections: Connections;
}

/** Sends a call once. If an idle connection turns out to be closed, it sends the call a second time at once. */
export async function attempt(deps: AttemptDeps, call: Call, whole: TimeLimit): Promise<Outcome> {
  const { attemptTimeout } = call.settings;
  const timeUp = () => failure('Timeout', call, `took longer than ${attemptTimeout} ms ("attemptTimeout").`, { details: { limit: 'attempt' } });
  const limit = new TimeLimit().when(whole.signal).after(attemptTimeout, timeUp, 'attempt');
  const begun = performance.now();
  call.made.attempts++;
  try {
    return { response: await sendFresh(deps, call, limit.signal) };
  } catch (thrown) {
    // After an abort, any error is a consequence of the abort.
    const error = limit.signal.aborted ? limit.signal.reason : toFailure(thrown, call);
    const endedBy = limit.signal.aborted ? (limit.endedBy ?? whole.endedBy) : undefined;
    const passing = endedBy === 'attempt' ? !whole.signal.aborted : !endedBy && isTransient(error);
    return { error, passing, endedBy, ms: performance.now() - begun };
  } finally {
    limit[Symbol.dispose]();
  }
}

async function sendFresh(deps: AttemptDeps, call: Call, signal: AbortSignal): Promise<RawResponse> {
  const { connections } = deps;
  for (let again = false; ; again = true) {
    const dispatcher = await connections.acquire();
    try {
      const response = await sendFollowingRedirects(call, { ...deps, dispatcher, signal });
      connections.noteResponse(call.url.origin);
      // undici reuses a connection only one turn after the end of the body. Without this wait, the next request would open a second one.
      await new Promise((resolve) => setImmediate(resolve));
      return response;
    } catch (error) {
      const stale = !signal.aborted && isClosed(toFailure(error, call)) && connections.isStale(call.url.origin, dispatcher);
      if (again || !stale || !call.repeatable) throw error;
    } finally {
      connections.release();
    }
  }
}
