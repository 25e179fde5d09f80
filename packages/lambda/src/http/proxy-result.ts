import { shown } from '../check.js';
import { LambdaError } from '../errors.js';
import { type Bag, isBag } from '../kinds.js';
import { Answer } from './answer.js';
import type { ProxyResult } from './proxy-format.js';

/**
 * Converts a proxy result to an answer, which can be sent in the shape of any source.
 * @throws LambdaError `InvalidResponse` for a field that API Gateway would refuse as malformed
 */
export function fromProxyResult(result: ProxyResult): Answer {
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded = false } = result;
  check('statusCode', statusCode, Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599, 'an integer from 200 to 599');
  check('headers', headers, isNone(headers) || areValues(headers), 'an object of strings');
  check('multiValueHeaders', multiValueHeaders, isNone(multiValueHeaders) || areLists(multiValueHeaders), 'an object of arrays');
  check('cookies', cookies, isNone(cookies) || Array.isArray(cookies), 'an array of strings');
  check('body', body, isNone(body) || typeof body === 'string', 'a string (JSON.stringify(…)), or return the value itself');
  check('isBase64Encoded', isBase64Encoded, typeof isBase64Encoded === 'boolean', 'true or false');
  const answer = new Answer(statusCode, isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? undefined));
  answer.base64 = isBase64Encoded;
  for (const [name, values] of Object.entries(merged(headers ?? {}, multiValueHeaders ?? {}))) answer.set(name, values.length > 1 ? values : (values[0] ?? ''));
  if (cookies) answer.set('set-cookie', cookies.map(String));
  // The default of API Gateway and function URLs, for the other sources as well.
  if (body) answer.headers['content-type'] ??= 'application/json';
  return answer;
}

/** Merges both kinds of headers by their names in lower case. A value that is in both is sent once, as API Gateway does it. */
function merged(headers: Bag, lists: Bag): Readonly<Record<string, readonly string[]>> {
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

const areValues = (value: unknown): boolean => isBag(value) && !Object.values(value).some(isBag);

const areLists = (value: unknown): boolean => isBag(value) && Object.values(value).every((each) => isNone(each) || Array.isArray(each));

function check(name: string, value: unknown, fits: boolean, expected: string): void {
  if (fits) return;
  throw new LambdaError('InvalidResponse', `A route returned a response in Lambda's proxy format whose ${name} is ${shown(value)}: it must be ${expected}.`);
}
