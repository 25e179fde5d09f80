import { loadBody } from '../../body/lazy.js';
import { isStream } from '../../body/stream.js';
import type { HttpKind } from '../../kinds/kinds.js';
import type { Answer } from './answer.js';
import { statusDescription } from './status-text.js';

type Packed = Readonly<Record<string, unknown>>;
type Pack = (answer: Answer, body: string, isBase64Encoded: boolean) => Packed;

/** An answer in the shape its source wants. A stream is read to its end first. */
export async function toResult(answer: Answer, kind: HttpKind): Promise<Packed> {
  const { body } = answer;
  if (typeof body !== 'object' && !isSpecial(answer)) return packs[kind](answer, body ?? '', false);
  const { collect, correctHeaders, toText } = loadBody();
  const whole = isStream(body) ? await collect(body) : body;
  correctHeaders(answer, whole);
  if (typeof whole !== 'object') return packs[kind](answer, whole ?? '', false);
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
  const text = answer.base64 ? undefined : toText(answer, bytes);
  return packs[kind](answer, text ?? bytes.toString('base64'), text === undefined);
}

/** Names of headers about the connection, or about how the body is sent. */
const special = /^(?:content-(?:encoding|length)|connection|keep-alive|proxy-|te$|trailer$|transfer-|upgrade$)/;

/** Whether an answer may have a header that is not true of it. */
const isSpecial = ({ headers, fetched }: Answer): boolean => fetched || Object.keys(headers).some((name) => special.test(name));

const packs: Readonly<Record<HttpKind, Pack>> = {
  'apigw-v1': (answer, body, isBase64Encoded) => {
    const { status, headers } = answer;
    return { statusCode: status, headers: single(headers, true), multiValueHeaders: lists(answer, true), body, isBase64Encoded };
  },
  'apigw-v2': packPayload2,
  'function-url': packPayload2,
  alb: packSingle,
  'alb-multi': (answer, body, isBase64Encoded) => {
    const { status } = answer;
    return { statusCode: status, statusDescription: statusDescription(status), multiValueHeaders: lists(answer), body, isBase64Encoded };
  },
  'lattice-v1': packSingle,
  'lattice-v2': packSingle,
};

function packPayload2({ status, headers, cookies }: Answer, body: string, isBase64Encoded: boolean): Packed {
  return { statusCode: status, headers: single(headers), cookies, body, isBase64Encoded };
}

function packSingle({ status, headers, cookies }: Answer, body: string, isBase64Encoded: boolean): Packed {
  const all = single(headers);
  for (const [at, cookie] of cookies.entries()) all[setCookie(at)] = cookie;
  return { statusCode: status, statusDescription: statusDescription(status), headers: all, body, isBase64Encoded };
}

/** Headers as one value each; `onlySingle` leaves out those that have several. */
export function single(headers: Answer['headers'], onlySingle = false): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') all[name] = value;
    else if (!onlySingle) all[name] = value.join(', ');
  }
  return all;
}

/** Headers as a list of values each, cookies among them; `onlyLists` leaves out headers that have one value. */
function lists({ headers, cookies }: Answer, onlyLists = false): Record<string, readonly string[]> {
  const all: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') all[name] = value;
    else if (!onlyLists) all[name] = [value];
  }
  if (cookies.length > 0) all['set-cookie'] = cookies;
  return all;
}

/** Cookies cannot be joined by commas. Where a header has one value only, another spelling of the name is another header: 512 of them. */
function setCookie(at: number): string {
  let bit = 0;
  return 'set-cookie'.replace(/[a-z]/g, (letter) => ((at >> bit++) & 1 ? letter.toUpperCase() : letter));
}
