import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { LambdaError } from '../errors.js';
import { isPlainObject } from '../kinds.js';
import type { CustomResourceRequest, CustomResourceResult } from './custom-resource-contract.js';
import { toJsonSafe } from './json-safe.js';

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
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value))
    throw invalid(`returned ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}`, 'return { PhysicalResourceId?, Data?, NoEcho? } or nothing');
  const { PhysicalResourceId: id, Data: data, NoEcho: noEcho } = value;
  if (id !== undefined && !isId(id)) throw invalid('returned a PhysicalResourceId that is not valid', `return a string of 1 to ${MAX_ID_BYTES} bytes`);
  if (id !== undefined && request.type === 'Create') request.physicalResourceId = id;
  const unknown = Object.keys(value).find((key) => !resultKeys.has(key));
  if (unknown !== undefined)
    throw invalid(`returned ${JSON.stringify(unknown)}`, 'CloudFormation knows PhysicalResourceId, Data and NoEcho; put values for Fn::GetAtt into Data');
  if (data !== undefined && !isPlainObject(data)) throw invalid('returned Data that is not an object', 'return Data: { Name: value }');
  if (noEcho !== undefined && typeof noEcho !== 'boolean') throw invalid('returned NoEcho that is not a boolean', 'return NoEcho: true');
  return {
    ...(id !== undefined && { PhysicalResourceId: id }),
    ...(data !== undefined && { Data: toJsonSafe(data, 'events.customResource') as Readonly<Record<string, unknown>> }),
    ...(noEcho !== undefined && { NoEcho: noEcho }),
  };
}

const isId = (id: unknown): id is string => typeof id === 'string' && id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES;

/** @throws LambdaError `InvalidResponse` for an answer that is larger than CloudFormation takes */
export function toResponse(request: CustomResourceRequest, result: CustomResourceResult): CustomResourceResponse {
  const id = request.type === 'Delete' ? formerId(request) : (result.PhysicalResourceId ?? currentId(request));
  const response: CustomResourceResponse = { Status: 'SUCCESS', ...frame(request), ...result, PhysicalResourceId: id };
  const size = sizeOf(response);
  if (size <= MAX_BYTES) return response;
  throw invalid(`returned an answer of ${size} bytes`, `CloudFormation takes ${MAX_BYTES} in all; put less into Data`);
}

/** @param isDone Whether the handler has returned: the resource exists then. */
export function toFailedResponse(request: CustomResourceRequest, reason: string, isDone: boolean): CustomResourceResponse {
  const id = request.type === 'Create' ? idOfFailedCreate(request, isDone) : formerId(request);
  const toFailed = (length: number): CustomResourceResponse => ({
    Status: 'FAILED',
    Reason: reason.slice(0, length),
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
const currentId = ({ physicalResourceId, logicalId, requestId }: CustomResourceRequest): string =>
  isId(physicalResourceId) ? physicalResourceId : `${logicalId}-${requestId}`;

/** The id that CloudFormation has. A failed update must not look like a replacement. */
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
