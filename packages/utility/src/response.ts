import { invalidParam } from '@suga/gateway/errors';
import type { ErrorResponseOptions, HttpResponse, SuccessResponseOptions } from './contract.js';
import { toJson } from './json.js';
import { parseOptions } from './parse-options.js';

const JSON_TYPE = 'application/json';
/** Valid names and values of headers (RFC 9110, 5.6.2 and 5.5). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

type Headers = SuccessResponseOptions['headers'];

/** Creates a response to an HTTP event. */
export function formatResponse(statusCode: number, body?: unknown, headers?: Headers): HttpResponse {
  assertStatus(statusCode);
  const [type, text, isBase64Encoded] = toBody(body);
  return { statusCode, headers: { ...(type && { 'content-type': type }), ...parseHeaders(headers) }, body: text, isBase64Encoded };
}

/** Creates a response with `{ "data": … }`. */
export const successResponse = (data: unknown, options: SuccessResponseOptions = {}): HttpResponse => {
  const { statusCode = 200, headers } = parseOptions(options);
  return formatResponse(statusCode, toJson({ data: data ?? null }), { 'content-type': JSON_TYPE, ...parseHeaders(headers) });
};

/** Creates a response with problem details. */
export function errorResponse(error: unknown, options: ErrorResponseOptions = {}): HttpResponse {
  const { statusCode = 500, details, headers } = parseOptions(options);
  assertStatus(statusCode);
  const title = process.getBuiltinModule('node:http').STATUS_CODES[statusCode] ?? 'Error';
  const own = (error as { code?: unknown } | null | undefined)?.code;
  const code = options.code ?? (typeof own === 'string' ? own : undefined);
  const detail = typeof error === 'string' ? error : statusCode < 500 && error instanceof Error ? error.message : undefined;
  const problem = { ...details, type: 'about:blank', title, status: statusCode, ...(detail !== undefined && { detail }), ...(code && { code }) };
  return formatResponse(statusCode, toJson(problem), { 'content-type': 'application/problem+json', ...parseHeaders(headers) });
}

function assertStatus(statusCode: number): void {
  if (Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 599) return;
  throw invalidParam('utility', 'statusCode', statusCode, 'an integer from 100 to 599');
}

function toBody(body: unknown): [type: string | undefined, text: string, isBase64Encoded: boolean] {
  if (body === undefined) return [undefined, '', false];
  if (typeof body === 'string') return ['text/plain; charset=utf-8', body, false];
  if (body instanceof Uint8Array) return ['application/octet-stream', Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'), true];
  return [JSON_TYPE, toJson(body), false];
}

function parseHeaders(headers: Headers = {}): Record<string, string> {
  // A header that is undefined counts as missing.
  const defined = Object.entries(parseOptions(headers, 'headers')).filter(([, value]) => value !== undefined);
  const entries = defined.map(([name, value]) => {
    if (!HEADER_NAME.test(name)) throw invalidParam('utility', 'headers', name, 'an object of header names and strings');
    if (typeof value !== 'string' || !HEADER_VALUE.test(value)) throw invalidParam('utility', `headers/${name}`, value, 'one line of Latin-1 characters');
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(entries);
}
