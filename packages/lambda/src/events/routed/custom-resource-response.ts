import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LambdaError } from '../../errors.js';
import { isPlainObject } from '../../json/json-object.js';
import { toJsonSafe } from '../../json/json-safe.js';
import type { CustomResourceRequest, CustomResourceResult } from '../contract/custom-resource.js';

/** The answer as CloudFormation reads it. */
export interface CustomResourceResponse extends CustomResourceResult, Pick<CloudFormationCustomResourceEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'> {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** Beginning of the physical id of a resource whose creation failed. CloudFormation deletes it as if it were there. */
export const FAILED_CREATE = 'suga-create-failed:';

/** Limits of CloudFormation, in bytes. */
const MAX_BYTES = 4_096;
const MAX_ID_BYTES = 1_024;
/** Characters of an error that are told. */
const MAX_REASON = 1_000;

const resultKeys: ReadonlySet<string> = new Set(['PhysicalResourceId', 'Data', 'NoEcho']);

/**
 * Checks what a handler has returned, and notes the id: the resource exists, even if the rest of the answer cannot be sent.
 * @throws LambdaError `InvalidResponse`, `NotJson`
 */
export function toResult(value: unknown, request: CustomResourceRequest): CustomResourceResult {
  const result = value ?? {};
  if (!isPlainObject(result))
    throw invalid(`returned ${Array.isArray(result) ? 'an array' : `a ${typeof result}`}`, 'return { PhysicalResourceId?, Data?, NoEcho? } or nothing');
  const { PhysicalResourceId: id = assignedId(request), Data: data, NoEcho: noEcho } = result;
  if (id !== undefined && !isId(id)) throw invalid('gave a PhysicalResourceId that is not valid', `give a string of 1 to ${MAX_ID_BYTES} bytes`);
  if (id !== undefined && request.type === 'Create') request.physicalResourceId = id;
  const unknown = Object.keys(result).find((key) => !resultKeys.has(key));
  if (unknown !== undefined)
    throw invalid(`returned ${JSON.stringify(unknown)}`, 'CloudFormation knows PhysicalResourceId, Data and NoEcho; put values for Fn::GetAtt into Data');
  if (data !== undefined && !isPlainObject(data)) throw invalid('returned Data that is not an object', 'return Data: { Name: value }');
  if (noEcho !== undefined && typeof noEcho !== 'boolean') throw invalid('returned NoEcho that is not a boolean', 'return NoEcho: true');
  return {
    // A deletion changes no id: CDK's provider framework would refuse one.
    ...(id !== undefined && request.type !== 'Delete' && { PhysicalResourceId: id }),
    ...(data !== undefined && { Data: toJsonSafe(data, 'events.customResource') as Readonly<Record<string, unknown>> }),
    ...(noEcho !== undefined && { NoEcho: noEcho }),
  };
}

/** The id that a handler has assigned to the request. */
const assignedId = (request: CustomResourceRequest): string | undefined =>
  request.physicalResourceId === (formerId(request) || undefined) ? undefined : request.physicalResourceId;

const isId = (id: unknown): id is string => typeof id === 'string' && id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES;

/** @throws LambdaError `InvalidResponse` for an answer that is larger than CloudFormation takes */
export function toResponse(request: CustomResourceRequest, result: CustomResourceResult): CustomResourceResponse {
  const id = request.type === 'Delete' ? formerId(request) : (result.PhysicalResourceId ?? currentId(request));
  const response: CustomResourceResponse = { Status: 'SUCCESS', ...frame(request), ...result, PhysicalResourceId: id };
  const size = sizeOf(response);
  if (size <= MAX_BYTES) return response;
  throw invalid(`returned an answer of ${size} bytes`, `CloudFormation takes ${MAX_BYTES} in all; put less into Data`);
}

interface Failure {
  readonly errorId: string;
  /** Whether the handler has returned: the resource exists then. */
  readonly isDone: boolean;
}

/** The text of the reason is shortened to what CloudFormation takes; the id of the error stays. */
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

/** The request's id stays the same when Lambda invokes the function again, and so does an id that is made of it. */
const currentId = (request: CustomResourceRequest): string => {
  const { physicalResourceId, logicalId, requestId } = request;
  return isId(physicalResourceId) ? physicalResourceId : formerId(request) || `${logicalId}-${requestId}`;
};

/** The id that CloudFormation has; empty for a resource that is being created. A failed update must not look like a replacement. */
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
