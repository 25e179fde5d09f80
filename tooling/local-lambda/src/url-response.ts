import type { ServerResponse } from 'node:http';
import { type Prelude, preludeType, splitPrelude } from './response-stream.ts';
import type { StreamedResponse } from './result.ts';

/** Status, headers and cookies of a returned object, or of a streamed response's metadata. */
interface Head {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[];
}

/** Writes an error of the service itself, as opposed to one of the function. */
export function writeError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ Message: message }));
}

/** Writes AWS's response for a function that failed, timed out, or returned an invalid HTTP response. */
export function writeFunctionError(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'application/json' }).end('Internal Server Error');
}

/** Writes a handler's result. An object with `statusCode` is a response; any other value becomes the JSON body. */
export function writeResult(response: ServerResponse, payload: unknown): void {
  if (isRecord(payload) && payload.statusCode !== undefined) writeResponse(response, payload);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(payload));
}

function writeResponse(response: ServerResponse, result: Record<string, unknown>): void {
  const { body = '', isBase64Encoded } = result;
  const head = toHead(result);
  if (head && typeof body === 'string') {
    const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
    writeHead(response, head, { 'content-length': bytes.length }).end(bytes);
  } else {
    writeFunctionError(response);
  }
}

/** Passes a streamed response through as soon as its status is known. */
export class StreamWriter {
  readonly #response: ServerResponse;
  #held: Buffer = Buffer.alloc(0);

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  readonly write = (chunk: Uint8Array, contentType: string): void => {
    if (this.#response.writableEnded) return;
    if (this.#response.headersSent) {
      this.#response.write(chunk);
    } else if (contentType === preludeType) {
      this.#held = Buffer.concat([this.#held, chunk]);
      const prelude = splitPrelude(this.#held);
      if (prelude) this.#writePrelude(prelude);
    } else {
      this.#begin({ 'content-type': contentType }, chunk);
    }
  };

  end({ contentType }: StreamedResponse): void {
    if (this.#response.writableEnded) return;
    // Nothing was written, so there is no metadata.
    if (!this.#response.headersSent) this.#begin({ 'content-type': contentType }, '');
    this.#response.end();
  }

  /** Reports a failure. If the status was already sent, closing the connection is the only way to tell the client. */
  fail(): void {
    if (!this.#response.headersSent) writeFunctionError(this.#response);
    else this.#response.destroy();
  }

  #writePrelude({ metadata, body }: Prelude): void {
    const head = isRecord(metadata) ? toHead({ statusCode: 200, ...metadata }) : undefined;
    if (head) {
      writeHead(this.#response, head, {}).flushHeaders();
      if (body.length > 0) this.#response.write(body);
    } else {
      writeFunctionError(this.#response);
    }
  }

  #begin(headers: Record<string, string>, chunk: Uint8Array | string): void {
    this.#response.writeHead(200, headers).write(chunk);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toHead({ statusCode, headers = {}, cookies = [] }: Record<string, unknown>): Head | undefined {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (!isRecord(headers) || !Array.isArray(cookies)) return undefined;
  return { statusCode: status, headers, cookies: cookies.map(String) };
}

function writeHead(response: ServerResponse, { statusCode, headers, cookies }: Head, more: Record<string, number>): ServerResponse {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const all = { 'content-type': 'application/json', ...Object.fromEntries(own), ...more };
  return response.writeHead(statusCode, cookies.length === 0 ? all : { ...all, 'set-cookie': [...cookies] });
}
