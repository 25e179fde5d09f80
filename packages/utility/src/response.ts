import { invalidParam } from '@suga/gateway/errors';
import type { ErrorOptions, HttpResponse, SuccessOptions } from './contract.js';
import { toJson } from './json.js';
import { optionsOf } from './parse-options.js';

const JSON_TYPE = 'application/json';
/** RFC 9110, 5.6.2 and 5.5: what a name and a value may be made of. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

type Headers = SuccessOptions['headers'];

/** An answer to an HTTP event. */
export function formatResponse(statusCode: number, body?: unknown, headers?: Headers): HttpResponse {
  assertStatus(statusCode);
  const [type, text, isBase64Encoded] = bodyOf(body);
  return { statusCode, headers: { ...(type && { 'content-type': type }), ...checked(headers) }, body: text, isBase64Encoded };
}

/** An answer with `{ "data": … }`. */
export const successResponse = (data: unknown, options: SuccessOptions = {}): HttpResponse => {
  const { statusCode = 200, headers } = optionsOf(options);
  return formatResponse(statusCode, toJson({ data: data ?? null }), { 'content-type': JSON_TYPE, ...checked(headers) });
};

/** An answer with problem details. */
export function errorResponse(error: unknown, options: ErrorOptions = {}): HttpResponse {
  const { statusCode = 500, details, headers } = optionsOf(options);
  assertStatus(statusCode);
  const title = process.getBuiltinModule('node:http').STATUS_CODES[statusCode] ?? 'Error';
  const own = (error as { code?: unknown } | null | undefined)?.code;
  const code = options.code ?? (typeof own === 'string' ? own : undefined);
  const told = typeof error === 'string' ? error : statusCode < 500 && error instanceof Error ? error.message : undefined;
  const problem = { ...details, type: 'about:blank', title, status: statusCode, ...(told !== undefined && { detail: told }), ...(code && { code }) };
  return formatResponse(statusCode, toJson(problem), { 'content-type': 'application/problem+json', ...checked(headers) });
}

function assertStatus(statusCode: number): void {
  if (Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 599) return;
  throw invalidParam('utility', 'statusCode', statusCode, 'a whole number from 100 to 599');
}

function bodyOf(body: unknown): [type: string | undefined, text: string, isBase64Encoded: boolean] {
  if (body === undefined) return [undefined, '', false];
  if (typeof body === 'string') return ['text/plain; charset=utf-8', body, false];
  if (body instanceof Uint8Array) return ['application/octet-stream', Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'), true];
  return [JSON_TYPE, toJson(body), false];
}

function checked(headers: Headers = {}): Record<string, string> {
  // A header that is undefined is one that is not given.
  const given = Object.entries(optionsOf(headers, 'headers')).filter(([, value]) => value !== undefined);
  const entries = given.map(([name, value]) => {
    if (!NAME.test(name)) throw invalidParam('utility', 'headers', name, 'an object of header names and texts');
    if (typeof value !== 'string' || !VALUE.test(value)) throw invalidParam('utility', `headers/${name}`, value, 'one line of text (latin-1)');
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(entries);
}
