import { LambdaError } from '../../errors.js';
import type { JsonObject } from '../../json/json-object.js';
import { formatValue, isStringList } from '../../option-checks.js';
import { toHeaders } from '../header-input.js';
import { foreignKey, type ProxyResult } from './proxy-format.js';
import { OutgoingResponse } from './response.js';

/**
 * Converts a response in the proxy format to one that can be sent in the form of any source.
 * @throws LambdaError `InvalidResponse` for a key that is not part of the format, and for a field that API Gateway would refuse as malformed
 */
export function fromProxyResult(result: ProxyResult): OutgoingResponse {
  assertKeys(result);
  const { statusCode, cookies, body, isBase64Encoded = false } = result;
  assertField('statusCode', statusCode, Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599, 'an integer from 200 to 599');
  const headers = toHeaders(result.headers ?? {}, malformed);
  const lists = toHeaders(result.multiValueHeaders ?? {}, malformed);
  assertField('multiValueHeaders', result.multiValueHeaders, areLists(lists), 'an object of arrays');
  assertField('cookies', cookies, isNone(cookies) || isStringList(cookies), 'an array of strings');
  assertField('body', body, isNone(body) || typeof body === 'string', 'a string (JSON.stringify(…)), or return the value itself');
  assertField('isBase64Encoded', isBase64Encoded, typeof isBase64Encoded === 'boolean', 'true or false');
  const response = new OutgoingResponse(statusCode, isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? undefined));
  response.base64 = isBase64Encoded;
  for (const [name, values] of Object.entries(mergeHeaders(headers, lists))) response.set(name, values.length > 1 ? values : (values[0] ?? ''));
  if (cookies) response.set('set-cookie', cookies);
  // API Gateway and function URLs have this default. Here the other sources get it as well.
  if (body) response.headers['content-type'] ??= 'application/json';
  return response;
}

/** Refuses further keys. Such an object would otherwise be sent as data, with status 200 and the real status as one of its fields. */
function assertKeys(result: ProxyResult): void {
  const foreign = foreignKey(result as unknown as JsonObject);
  if (foreign === undefined) return;
  const advice = 'Remove it, or return reply(status, body, { headers }). To send the object itself as JSON, return reply(200, object).';
  throw new LambdaError('InvalidResponse', `A route returned a response in Lambda's proxy format with the unknown key ${JSON.stringify(foreign)}. ${advice}`);
}

/** Merges both kinds of headers by name in lower case. A value that is in both is sent once, as API Gateway does it. */
function mergeHeaders(headers: JsonObject, lists: JsonObject): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = Object.create(null);
  const add = (name: string, value: unknown): void => {
    if (isNone(value)) return;
    const values = (all[name.toLowerCase()] ??= []);
    if (!values.includes(String(value))) values.push(String(value));
  };
  for (const [name, values] of Object.entries(lists)) for (const value of (values ?? []) as readonly unknown[]) add(name, value);
  for (const [name, value] of Object.entries(headers)) for (const each of [value].flat()) add(name, each);
  return all;
}

const isNone = (value: unknown): value is null | undefined => value === null || value === undefined;

const areLists = (lists: JsonObject): boolean => Object.values(lists).every((each) => isNone(each) || Array.isArray(each));

function assertField(name: string, value: unknown, fits: boolean, expected: string): void {
  if (!fits) throw malformed(name, value, expected);
}

const malformed = (name: string, value: unknown, expected: string): LambdaError =>
  new LambdaError('InvalidResponse', `A route returned a response in Lambda's proxy format whose ${name} is ${formatValue(value)}: it must be ${expected}.`);
