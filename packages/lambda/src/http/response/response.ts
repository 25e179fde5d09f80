import type { Body } from '../../body/contract.js';
import { LambdaError } from '../../errors.js';
import { lineBreaks, token } from '../header-syntax.js';
import type { ReplyHeaders } from '../reply.js';

/** An answer before it is put into a source's shape. Made per request and changed on its way: CORS and HEAD come last. */
export class OutgoingResponse {
  status: number;
  body: Body;
  /** Names in lower case; `set-cookie` is never among them. */
  readonly headers: Record<string, string | readonly string[]> = Object.create(null);
  readonly cookies: string[] = [];
  /** Whether bytes are sent as base64 even if they could be sent as text. */
  base64 = false;
  /** Whether it is a `Response` of `fetch`, which has unpacked the body. */
  fetched = false;

  constructor(status: number, body?: Body) {
    this.status = status;
    this.body = body;
  }

  /** @throws LambdaError `InvalidResponse` for a name or a value that would break out of its line */
  set(name: string, value: string | number | readonly string[]): void {
    const lower = name.toLowerCase();
    const values = Array.isArray(value) ? value.map(String) : undefined;
    if (!token.test(lower)) throw new LambdaError('InvalidResponse', `Header name ${JSON.stringify(name)} is not allowed.`);
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
