import type { CONTROL, Control, HasControl, Invocation, InvocationDetails } from '@suga/gateway';
import { traceHeader } from './config.js';
import { LambdaError } from './errors.js';
import type { Call, LambdaInvocation } from './invocation/contract.js';
import { DeadlineGuard, type LambdaContext } from './invocation/deadline-guard.js';
import { createInitialization } from './invocation/initialization.js';
import { InvocationLog } from './invocation/invocation-log.js';
import { classify } from './kinds/classify.js';
import type { EventKind } from './kinds/event-kinds.js';
import { formatValue } from './option-checks.js';
import type { HandlerOptions } from './options.js';

/** Loaded when a request of CloudFormation is refused. */
const customResource = (): typeof import('./events/routed/custom-resource.js') => require('./events/routed/custom-resource.js');

/** What every handler does, whatever the event and however the answer leaves. */
export interface Runtime {
  readonly control: Control;
  /** Settles when the work of INIT is done, whether it succeeded or not. */
  readonly ready: Promise<void>;
  /** Waits for `initialize`, and begins it anew if it failed, or if an invocation has waited for it in vain. */
  prepare(): Promise<void> | undefined;
  /**
   * Runs one invocation within the gateway.
   * @param onError Answers what fails around the work: a start hook that refuses.
   */
  run<T>(event: unknown, context: LambdaContext, work: (call: Call) => Promise<T>, onError: ErrorHandler<T>): Promise<T>;
}

type ErrorHandler<T> = (error: unknown, kind: EventKind | undefined, log: InvocationLog) => T | Promise<T>;

/** The gateway's controls, found as every copy of the contract finds them. */
const controlKey: typeof CONTROL = Symbol.for('suga.control') as typeof CONTROL;

/** @throws what loading a name in `preload` throws, so that a misspelt one shows in INIT */
export function createRuntime(gateway: HasControl, { deadlineMargin = 500, preload = [], initialize }: HandlerOptions): Runtime {
  const control = assertGateway(gateway);
  for (const name of preload) control.load(name);
  const { ready, wait, abandon } = createInitialization(initialize);

  const run: Runtime['run'] = async (event, context, work, onError) => {
    const kind = classify(event);
    const guard = new DeadlineGuard(context?.getRemainingTimeInMillis?.(), deadlineMargin);
    const details = toDetails(context, kind ?? 'unknown', guard);
    const log = new InvocationLog(gateway, control, details);
    let begun = false;
    try {
      return await runWithin({ control, details, guard }, async (invocation) => {
        begun = true;
        try {
          return await work({ control, event, kind, invocation: invocation as LambdaInvocation, guard, log });
        } catch (error) {
          log.flush();
          throw error;
        } finally {
          abandon(invocation);
          if (invocation.coldStart) log.coldStart(invocation.startedAt);
        }
      });
    } catch (error) {
      // AWS would run it again, twice; a schedule has its next turn anyway.
      if (!begun && kind === 'schedule' && log.skipped(error)) return unanswered();
      if (!begun && kind === 'custom-resource') {
        await customResource().refuse(event, error, { log, deadline: guard.deadline });
        return unanswered();
      }
      return await onError(error, kind, log);
    } finally {
      guard.clear();
    }
  };
  return { control, ready, prepare: () => wait(control.invocation()), run };
}

/** @throws LambdaError `InvalidOptions` for what is no gateway */
function assertGateway(gateway: HasControl | null | undefined): Control {
  const control = gateway?.[controlKey];
  if (control) return control;
  const first = 'createHandler: expected a gateway first, of createGateway(…) or @suga/gateway/auto';
  throw new LambdaError('InvalidOptions', `${first}, as in createHandler(gateway, { http: … }), not ${formatValue(gateway)}.`);
}

/** There is no answer to a schedule, and that to a custom resource goes another way. */
const unanswered = <T>(): T => undefined as T;

interface RunDeps {
  readonly control: Control;
  readonly details: InvocationDetails;
  readonly guard: DeadlineGuard;
}

/** Runs work within the gateway and keeps its own outcome: an end hook that hangs must neither hold it back nor replace it. */
function runWithin<T>({ control, details, guard }: RunDeps, work: (invocation: Invocation) => Promise<T>): Promise<T> {
  let outcome: Promise<T> | undefined;
  let ended = false;
  const begin = (invocation: Invocation): Promise<T> => {
    outcome = work(invocation);
    return outcome;
  };
  const all = control.run(details, begin).finally(() => {
    ended = true;
  });
  const abandon = async (reason: unknown): Promise<T> => {
    // Work that is late itself still gives its own answer; hooks that end at once are done one turn later.
    await Promise.allSettled([outcome]);
    await new Promise(setImmediate);
    if (!ended) process.emitWarning(`An end hook did not finish before the deadline of invocation ${details.id}; its answer was given without it.`);
    if (outcome) return outcome;
    // A start hook refused, and its error waits behind the end hook.
    throw reason;
  };
  return Promise.race([all, guard.over.then(abandon)]);
}

function toDetails(context: LambdaContext, source: string, { deadline, signal }: DeadlineGuard): InvocationDetails {
  const traceId = context?.xRayTraceId ?? traceHeader();
  const id = context?.awsRequestId ?? process.getBuiltinModule('node:crypto').randomUUID();
  const details: { -readonly [Fact in keyof InvocationDetails]: InvocationDetails[Fact] } = { id, source, signal };
  if (deadline !== undefined) details.deadline = deadline;
  if (traceId !== undefined) details.traceId = traceId;
  return details;
}
