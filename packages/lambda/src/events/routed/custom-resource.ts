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

/** Milliseconds before the timeout of the function at which the signal is aborted, so that CloudFormation gets a response. At most a quarter of the time. */
const RESERVE = 3_000;

/**
 * Handles requests of CloudFormation. The response is sent to the URL in the request, even if the handler fails or is not done in time.
 * Without a response, CloudFormation waits for an hour.
 * @param prepare waits for `initialize`; its failure gets a response as well
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
    // The provider framework of CDK responds to CloudFormation itself.
    if (!url) return toResult(await beforeDeadline(call, work), request);
    await putResponse(url, await respond(call, request, work), call.guard.deadline);
    return undefined;
  };
}

/**
 * Responds to a request that no handler gets. Otherwise CloudFormation would wait for an hour, although the error is known.
 * @throws the error itself if CDK's provider framework responds
 */
export async function refuse(event: unknown, error: unknown, { log, deadline }: RefusalDeps): Promise<void> {
  const url = parseResponseUrl(event as CloudFormationCustomResourceEvent);
  if (!url) throw error;
  const request = toRequest(event as CloudFormationCustomResourceEvent);
  await putResponse(url, isNeverCreated(request) ? toResponse(request, {}) : failed(request, error, log), deadline);
}

interface RefusalDeps {
  readonly log: FailureLog;
  /** Time at which Lambda stops the function, in ms since the epoch, if it is known. */
  readonly deadline: number | undefined;
}

/** The part of the log that is used here. */
type FailureLog = Pick<InvocationLog, 'failed'>;

/** Whether the request is to delete a resource that has never been created. */
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

/** Returns the result of the work. Rejects with `Deadline` if the response has to be sent without it. */
async function beforeDeadline<T>({ guard }: Call, work: () => Promise<T>): Promise<T> {
  if (guard.deadline === undefined) return work();
  const remaining = Math.max(0, guard.deadline - Date.now());
  const reserve = Math.min(RESERVE, remaining / 4);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = startTimer(remaining - reserve, () => {
      const advice = 'Raise the timeout of the function, or do less work per invocation.';
      const error = new LambdaError('Deadline', `The work was not done ${Math.round(reserve)} ms before the timeout of the function. ${advice}`);
      guard.abort(error);
      // The work gets time to end by itself after the signal.
      timer = startTimer(reserve / 3, () => reject(error));
    });
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
