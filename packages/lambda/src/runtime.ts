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

/** Loaded if a request of CloudFormation is refused. */
const customResource = (): typeof import('./events/routed/custom-resource.js') => require('./events/routed/custom-resource.js');

/** The part that all handlers share, for every kind of event, with and without streaming. */
export interface Runtime {
  readonly control: Control;
  /** Resolves when the first call of `initialize` has succeeded or failed. */
  readonly ready: Promise<void>;
  /** Waits for `initialize`. Calls `initialize` again if it failed, or if the invocation that waited for it ended first. */
  prepare(): Promise<void> | undefined;
  /**
   * Runs one invocation within the gateway.
   * @param onError handles an error from outside the work, such as a start hook that refuses the invocation
   */
  run<T>(event: unknown, context: LambdaContext, work: (call: Call) => Promise<T>, onError: ErrorHandler<T>): Promise<T>;
}

type ErrorHandler<T> = (error: unknown, kind: EventKind | undefined, log: InvocationLog) => T | Promise<T>;

/** Key of the gateway's controls. It is a global symbol, because every bundle may have its own copy of the contract. */
const controlKey: typeof CONTROL = Symbol.for('suga.control') as typeof CONTROL;

/** @throws the error of loading an interface in `preload`, so that a misspelt name fails in INIT */
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
      // AWS would invoke the function twice more; a schedule has its next turn anyway.
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

/** @throws LambdaError `InvalidOptions` for a value that is not a gateway */
function assertGateway(gateway: HasControl | null | undefined): Control {
  const control = gateway?.[controlKey];
  if (control) return control;
  const expected = 'createHandler: expected a gateway from createGateway(…) or @suga/gateway/auto as the first argument';
  throw new LambdaError('InvalidOptions', `${expected}, as in createHandler(gateway, { http: … }), not ${formatValue(gateway)}.`);
}

/** The result for a schedule, which needs no response, and for a custom resource, whose response is a request of its own. */
const unanswered = <T>(): T => undefined as T;

interface RunDeps {
  readonly control: Control;
  readonly details: InvocationDetails;
  readonly guard: DeadlineGuard;
}

/** Runs work within the gateway and returns the outcome of the work. An end hook that hangs can neither delay nor replace it. */
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
    // Work that is late itself still returns its own result. Hooks that end at once are done one turn of the event loop later.
    await Promise.allSettled([outcome]);
    await new Promise(setImmediate);
    if (!ended) process.emitWarning(`An end hook did not finish before the deadline of invocation ${details.id}; the response was returned without it.`);
    if (outcome) return outcome;
    // A start hook refused the invocation, and its error is still waiting for the end hook.
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
