import type { Control, Invocation } from '@suga/gateway';
import type { EventKind } from '../kinds/event-kinds.js';
import type { DeadlineGuard } from './deadline-guard.js';
import type { InvocationLog } from './invocation-log.js';

/** The invocation a handler runs for, with what a Lambda handler can rely on. */
export interface LambdaInvocation extends Invocation {
  /** Aborted shortly before the deadline: pass it to `fetch`, AWS clients, timers. */
  readonly signal: AbortSignal;
}

/** One invocation on its way to its handler. Nothing of it is kept anywhere else: invocations overlap. */
export interface Call {
  readonly control: Control;
  readonly event: unknown;
  readonly kind: EventKind | undefined;
  readonly invocation: LambdaInvocation;
  readonly guard: DeadlineGuard;
  readonly log: InvocationLog;
}
