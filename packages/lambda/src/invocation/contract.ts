import type { Control, Invocation } from '@suga/gateway';
import type { EventKind } from '../kinds/event-kinds.js';
import type { DeadlineGuard } from './deadline-guard.js';
import type { InvocationLog } from './invocation-log.js';

/** The invocation for which a handler runs. It always has a signal. */
export interface LambdaInvocation extends Invocation {
  /** Aborted shortly before the deadline (see `deadlineMargin`). Pass it to `fetch`, AWS clients and timers. */
  readonly signal: AbortSignal;
}

/** All data of one invocation on its way to its handler. None of it is stored elsewhere, because invocations overlap. */
export interface Call {
  readonly control: Control;
  readonly event: unknown;
  readonly kind: EventKind | undefined;
  readonly invocation: LambdaInvocation;
  readonly guard: DeadlineGuard;
  readonly log: InvocationLog;
}
