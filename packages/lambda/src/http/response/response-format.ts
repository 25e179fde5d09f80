import { loadBody } from '../../body/lazy.js';
import { isStream } from '../../body/stream.js';
import type { HttpKind } from '../../kinds/event-kinds.js';
import type { OutgoingResponse } from './response.js';
import { statusDescription } from './status-text.js';

type FormattedResponse = Readonly<Record<string, unknown>>;
type Formatter = (response: OutgoingResponse, body: string, isBase64Encoded: boolean) => FormattedResponse;

/** Converts a response to the form that its source expects. A stream is read to its end first. */
export async function formatResponse(response: OutgoingResponse, kind: HttpKind): Promise<FormattedResponse> {
  const { body } = response;
  if (typeof body !== 'object' && !isSpecial(response)) return formatters[kind](response, body ?? '', false);
  const { collect, correctHeaders, toText } = loadBody();
  const whole = isStream(body) ? await collect(body) : body;
  correctHeaders(response, whole);
  if (typeof whole !== 'object') return formatters[kind](response, whole ?? '', false);
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
  const text = response.base64 ? undefined : toText(response, bytes);
  return formatters[kind](response, text ?? bytes.toString('base64'), text === undefined);
}

/** Names of headers about the connection, or about the encoding of the body. */
const special = /^(?:content-(?:encoding|length)|connection|keep-alive|proxy-|te$|trailer$|transfer-|upgrade$)/;

/** Whether a response may have a header that does not match it. */
const isSpecial = ({ headers, fetched }: OutgoingResponse): boolean => fetched || Object.keys(headers).some((name) => special.test(name));

const formatters: Readonly<Record<HttpKind, Formatter>> = {
  'apigw-v1': (response, body, isBase64Encoded) => {
    const { status, headers } = response;
    return { statusCode: status, headers: singleValues(headers, true), multiValueHeaders: valueLists(response, true), body, isBase64Encoded };
  },
  'apigw-v2': formatPayload2,
  'function-url': formatPayload2,
  alb: formatSingle,
  'alb-multi': (response, body, isBase64Encoded) => {
    const { status } = response;
    return { statusCode: status, statusDescription: statusDescription(status), multiValueHeaders: valueLists(response), body, isBase64Encoded };
  },
  'lattice-v1': formatSingle,
  'lattice-v2': formatSingle,
};

function formatPayload2({ status, headers, cookies }: OutgoingResponse, body: string, isBase64Encoded: boolean): FormattedResponse {
  return { statusCode: status, headers: singleValues(headers), cookies, body, isBase64Encoded };
}

function formatSingle({ status, headers, cookies }: OutgoingResponse, body: string, isBase64Encoded: boolean): FormattedResponse {
  const all = singleValues(headers);
  for (const [at, cookie] of cookies.entries()) all[setCookie(at)] = cookie;
  return { statusCode: status, statusDescription: statusDescription(status), headers: all, body, isBase64Encoded };
}

/** Headers with one value each. @param onlySingle leaves out headers that have several values */
export function singleValues(headers: OutgoingResponse['headers'], onlySingle = false): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') all[name] = value;
    else if (!onlySingle) all[name] = value.join(', ');
  }
  return all;
}

/** Headers with a list of values each, including cookies. @param onlyLists leaves out headers that have one value */
function valueLists({ headers, cookies }: OutgoingResponse, onlyLists = false): Record<string, readonly string[]> {
  const all: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') all[name] = value;
    else if (!onlyLists) all[name] = [value];
  }
  if (cookies.length > 0) all['set-cookie'] = cookies;
  return all;
}

/**
 * Returns a different spelling of `set-cookie` for each cookie: 512 of them. Cookies cannot be joined by commas, and these sources accept only
 * one value per header name.
 */
function setCookie(at: number): string {
  let bit = 0;
  return 'set-cookie'.replace(/[a-z]/g, (letter) => ((at >> bit++) & 1 ? letter.toUpperCase() : letter));
}
