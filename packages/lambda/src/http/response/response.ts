import type { Body } from '../../body/contract.js';
import { LambdaError } from '../../errors.js';
import { lineBreaks, token } from '../header-syntax.js';
import type { ReplyHeaders } from '../reply.js';

/** A response before it is put into the form of a source. It is created per request and may still change: CORS and HEAD come last. */
export class OutgoingResponse {
  status: number;
  body: Body;
  /** Headers with names in lower case, without `set-cookie`. */
  readonly headers: Record<string, string | readonly string[]> = Object.create(null);
  readonly cookies: string[] = [];
  /** Whether bytes are sent as base64 even if they could be sent as text. */
  base64 = false;
  /** Whether it is a `Response` of `fetch`, which has decompressed the body. */
  fetched = false;

  constructor(status: number, body?: Body) {
    this.status = status;
    this.body = body;
  }

  /** @throws LambdaError `InvalidResponse` for a name or a value that could inject another header */
  set(name: string, value: string | number | readonly string[]): void {
    const lower = name.toLowerCase();
    const values = Array.isArray(value) ? value.map(String) : undefined;
    if (!token.test(lower)) throw new LambdaError('InvalidResponse', `Header name ${JSON.stringify(name)} is not valid.`);
    for (const each of values ?? [String(value)]) assertLine(lower, each);
    if (lower === 'set-cookie') this.cookies.push(...(values ?? [String(value)]));
    else this.headers[lower] = values ?? String(value);
  }

  setAll(headers: ReplyHeaders): void {
    for (const name of Object.keys(headers)) {
      const value = headers[name];
      if (value !== undefined && value !== null) this.set(name, value);
    }
  }
}

function assertLine(name: string, value: string): void {
  if (lineBreaks.test(value)) throw new LambdaError('InvalidResponse', `Header "${name}" has a line break in its value.`);
}
