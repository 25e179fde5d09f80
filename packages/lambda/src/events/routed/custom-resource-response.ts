import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LambdaError } from '../../errors.js';
import { isPlainObject } from '../../json/json-object.js';
import { toJsonSafe } from '../../json/json-safe.js';
import type { CustomResourceRequest, CustomResourceResult } from '../contract/custom-resource.js';

/** The response in the form that CloudFormation expects. */
export interface CustomResourceResponse extends CustomResourceResult, Pick<CloudFormationCustomResourceEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'> {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** Prefix of the physical id of a resource whose creation failed. CloudFormation requests its deletion as if it existed. */
export const FAILED_CREATE = 'suga-create-failed:';

/** Limits of CloudFormation, in bytes. */
const MAX_BYTES = 4_096;
const MAX_ID_BYTES = 1_024;
/** Maximum characters of an error in the response. */
const MAX_REASON = 1_000;

const resultKeys: ReadonlySet<string> = new Set(['PhysicalResourceId', 'Data', 'NoEcho']);

/**
 * Checks the value that a handler returned. It stores the id first: the resource exists, even if the rest of the response cannot be sent.
 * @throws LambdaError `InvalidResponse`, `NotJson`
 */
export function toResult(value: unknown, request: CustomResourceRequest): CustomResourceResult {
  const result = value ?? {};
  if (!isPlainObject(result))
    throw invalid(`returned ${Array.isArray(result) ? 'an array' : `a ${typeof result}`}`, 'return { PhysicalResourceId?, Data?, NoEcho? } or nothing');
  const { PhysicalResourceId: id = assignedId(request), Data: data, NoEcho: noEcho } = result;
  if (id !== undefined && !isId(id)) throw invalid('returned a PhysicalResourceId that is not valid', `use a string of 1 to ${MAX_ID_BYTES} bytes`);
  if (id !== undefined && request.type === 'Create') request.physicalResourceId = id;
  const unknown = Object.keys(result).find((key) => !resultKeys.has(key));
  if (unknown !== undefined)
    throw invalid(`returned ${JSON.stringify(unknown)}`, 'CloudFormation accepts PhysicalResourceId, Data and NoEcho; put values for Fn::GetAtt into Data');
  if (data !== undefined && !isPlainObject(data)) throw invalid('returned Data that is not an object', 'return Data: { Name: value }');
  if (noEcho !== undefined && typeof noEcho !== 'boolean') throw invalid('returned NoEcho that is not a boolean', 'return NoEcho: true');
  return {
    // The response to a deletion has no id, because CDK's provider framework would refuse it.
    ...(id !== undefined && request.type !== 'Delete' && { PhysicalResourceId: id }),
    ...(data !== undefined && { Data: toJsonSafe(data, 'events.customResource') as Readonly<Record<string, unknown>> }),
    ...(noEcho !== undefined && { NoEcho: noEcho }),
  };
}

/** Returns the id that a handler has assigned to the request. */
const assignedId = (request: CustomResourceRequest): string | undefined =>
  request.physicalResourceId === (formerId(request) || undefined) ? undefined : request.physicalResourceId;

const isId = (id: unknown): id is string => typeof id === 'string' && id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES;

/** @throws LambdaError `InvalidResponse` for a response that is larger than CloudFormation accepts */
export function toResponse(request: CustomResourceRequest, result: CustomResourceResult): CustomResourceResponse {
  const id = request.type === 'Delete' ? formerId(request) : (result.PhysicalResourceId ?? currentId(request));
  const response: CustomResourceResponse = { Status: 'SUCCESS', ...frame(request), ...result, PhysicalResourceId: id };
  const size = sizeOf(response);
  if (size <= MAX_BYTES) return response;
  throw invalid(`returned a result whose response has ${size} bytes`, `CloudFormation accepts ${MAX_BYTES}; put less into Data`);
}

interface Failure {
  readonly errorId: string;
  /** Whether the handler has returned, so that the resource exists. */
  readonly isDone: boolean;
}

/** Creates the response for a failure. The reason is shortened until CloudFormation accepts the response; the id of the error stays. */
export function toFailedResponse(request: CustomResourceRequest, text: string, { errorId, isDone }: Failure): CustomResourceResponse {
  const id = request.type === 'Create' ? idOfFailedCreate(request, isDone) : formerId(request);
  const toFailed = (length: number): CustomResourceResponse => ({
    Status: 'FAILED',
    Reason: `${text.slice(0, length)} (errorId ${errorId})`,
    ...frame(request),
    PhysicalResourceId: id,
  });
  let length = MAX_REASON;
  while (length > 1 && sizeOf(toFailed(length)) > MAX_BYTES) length = Math.floor(length * 0.8);
  return toFailed(length);
}

const idOfFailedCreate = (request: CustomResourceRequest, isDone: boolean): string =>
  isDone || isId(request.physicalResourceId) ? currentId(request) : `${FAILED_CREATE}${request.requestId}`;

/** Returns the id of the resource. The request's id stays the same if Lambda invokes the function again, and so does an id derived from it. */
const currentId = (request: CustomResourceRequest): string => {
  const { physicalResourceId, logicalId, requestId } = request;
  return isId(physicalResourceId) ? physicalResourceId : formerId(request) || `${logicalId}-${requestId}`;
};

/** Returns the id that CloudFormation knows; empty during a creation. A failed update keeps it, so as not to look like a replacement. */
const formerId = ({ event }: CustomResourceRequest): string => (event as { readonly PhysicalResourceId?: string }).PhysicalResourceId ?? '';

const frame = ({
  event: { StackId, RequestId, LogicalResourceId },
}: CustomResourceRequest): Pick<CustomResourceResponse, 'StackId' | 'RequestId' | 'LogicalResourceId'> => ({
  StackId,
  RequestId,
  LogicalResourceId,
});

const sizeOf = (response: CustomResourceResponse): number => Buffer.byteLength(JSON.stringify(response));

const invalid = (what: string, remedy: string): LambdaError => new LambdaError('InvalidResponse', `events.customResource ${what}: ${remedy}.`);
