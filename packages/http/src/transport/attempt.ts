import type { Call } from '../call.js';
import { failure, isClosed, isTransient, toFailure } from '../errors.js';
import type { AddressGuard } from './address-guard.js';
import type { Connections } from './connections.js';
import { type RawResponse, sendFollowingRedirects } from './follow-redirects.js';
import { type EndedBy, TimeLimit } from './time-limit.js';

/** How one attempt went. */
export type Outcome =
  | { readonly answer: RawResponse }
  /** `passing`: whether the other side is to blame, and it may pass. `endedBy`: what cut it short, if it did not fail by itself. `ms`: how long it took. */
  | { readonly error: unknown; readonly passing: boolean; readonly endedBy: EndedBy | undefined; readonly ms: number };

/** What one attempt needs. */
export interface AttemptDeps {
  readonly guard: AddressGuard;
  readonly connections: Connections;
}

/** Sends a call once; a second time at once where a kept connection turned out to be dead. */
export async function attempt(deps: AttemptDeps, call: Call, whole: TimeLimit): Promise<Outcome> {
  const { attemptTimeout } = call.settings;
  const timeUp = () => failure('Timeout', call, `took longer than ${attemptTimeout} ms ("attemptTimeout").`, { details: { limit: 'attempt' } });
  const limit = new TimeLimit().when(whole.signal).after(attemptTimeout, timeUp, 'attempt');
  const begun = performance.now();
  call.made.attempts++;
  try {
    return { answer: await sendFresh(deps, call, limit.signal) };
  } catch (thrown) {
    // Whatever was thrown, after an abort it is a consequence of that.
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
      const answer = await sendFollowingRedirects(call, { ...deps, dispatcher, signal });
      connections.answered(call.url.origin);
      // undici takes a connection back one turn after the body's end: whoever asks again at once would open a second one.
      await new Promise((resolve) => setImmediate(resolve));
      return answer;
    } catch (error) {
      const stale = !signal.aborted && isClosed(toFailure(error, call)) && connections.isStale(call.url.origin, dispatcher);
      if (again || !stale || !call.repeatable) throw error;
    } finally {
      connections.release();
    }
  }
}
