import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LambdaError, toErrorText } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';
import type { InvocationLog } from '../../invocation/invocation-log.js';
import { startTimer } from '../../timer.js';
import type { CustomResourceRequest } from '../contract/custom-resource.js';
import type { RouteTable } from '../contract/routes.js';
import type { Runner } from '../contract/runner.js';
import { parseResponseUrl, putResponse } from './custom-resource-delivery.js';
import { type CustomResourceResponse, FAILED_CREATE, toFailedResponse, toResponse, toResult } from './custom-resource-response.js';
import { assertSteps, callRoute } from './routes.js';

const steps = { Create: 'create', Update: 'update', Delete: 'delete' } as const;

/** Ms before the timeout of the function at which work is left behind, so that CloudFormation gets an answer. At most a quarter of the time. */
const RESERVE = 3_000;

/**
 * Handles requests of CloudFormation. The answer is sent to the URL of the request also if the handler fails or is not done in time:
 * without one, CloudFormation waits for an hour.
 * @param prepare Waits for `initialize`. Its failure is answered as well.
 * @throws LambdaError `InvalidOptions`
 */
export function createCustomResource(handlers: RouteTable, prepare: () => PromiseLike<void> | undefined): Runner {
  assertSteps(handlers, 'events.customResource', Object.values(steps));
  return async (call) => {
    const event = call.event as CloudFormationCustomResourceEvent;
    const url = parseResponseUrl(event);
    const request = toRequest(event);
    const work = async (): Promise<unknown> => {
      if (isNeverCreated(request)) return undefined;
      await prepare();
      return callRoute(handlers, handlers[steps[request.type]], request, call.invocation);
    };
    // The provider framework of CDK answers by itself.
    if (!url) return toResult(await beforeDeadline(call, work), request);
    await putResponse(url, await respond(call, request, work), call.guard.deadline);
    return undefined;
  };
}

/**
 * Answers a request that no handler gets to see. CloudFormation would wait for an hour, although the error is known.
 * @throws the error itself for CDK's provider framework
 */
export async function refuse(event: unknown, error: unknown, { log, deadline }: RefusalDeps): Promise<void> {
  const url = parseResponseUrl(event as CloudFormationCustomResourceEvent);
  if (!url) throw error;
  const request = toRequest(event as CloudFormationCustomResourceEvent);
  await putResponse(url, isNeverCreated(request) ? toResponse(request, {}) : failed(request, error, log), deadline);
}

interface RefusalDeps {
  readonly log: FailureLog;
  /** The timeout of the function, in ms since the epoch, if it is known. */
  readonly deadline: number | undefined;
}

/** As much of the log as is needed here. */
type FailureLog = Pick<InvocationLog, 'failed'>;

/** Whether a resource is to be deleted that has never been created. */
const isNeverCreated = ({ type, physicalResourceId }: CustomResourceRequest): boolean =>
  type === 'Delete' && physicalResourceId?.startsWith(FAILED_CREATE) === true;

const toRequest = (event: CloudFormationCustomResourceEvent): CustomResourceRequest => ({
  type: event.RequestType,
  resourceType: event.ResourceType,
  logicalId: event.LogicalResourceId,
  stackId: event.StackId,
  requestId: event.RequestId,
  properties: event.ResourceProperties ?? {},
  oldProperties: event.RequestType === 'Update' ? event.OldResourceProperties : undefined,
  physicalResourceId: event.RequestType === 'Create' ? undefined : event.PhysicalResourceId,
  event,
});

async function respond(call: Call, request: CustomResourceRequest, work: () => Promise<unknown>): Promise<CustomResourceResponse> {
  let isDone = false;
  try {
    const result = await beforeDeadline(call, work);
    isDone = true;
    return toResponse(request, toResult(result, request));
  } catch (error) {
    return failed(request, error, call.log, isDone);
  }
}

function failed(request: CustomResourceRequest, error: unknown, log: FailureLog, isDone = false): CustomResourceResponse {
  const { type, resourceType, logicalId } = request;
  const errorId = log.failed('Custom resource failed', error, { type, resourceType, logicalId });
  return toFailedResponse(request, toErrorText(error), { errorId, isDone });
}

/** The result of the work, unless so little time is left that the answer has to be sent without it. */
async function beforeDeadline<T>({ guard }: Call, work: () => Promise<T>): Promise<T> {
  if (guard.deadline === undefined) return work();
  const remaining = Math.max(0, guard.deadline - Date.now());
  const reserve = Math.min(RESERVE, remaining / 4);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = startTimer(remaining - reserve, () => {
      const advice = 'Give the function more time, or the work less to do.';
      const error = new LambdaError('Deadline', `The work was not done ${Math.round(reserve)} ms before the timeout of the function. ${advice}`);
      guard.abort(error);
      // The work may end by itself.
      timer = startTimer(reserve / 3, () => reject(error));
    });
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
