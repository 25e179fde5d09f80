import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { LocalFunction } from './contract.ts';
import { LocalLambdaError } from './errors.ts';
import { payloadLimit } from './invocation.ts';
import { toUrlEvent } from './url-event.ts';
import { StreamWriter, writeError, writeResult } from './url-response.ts';

/** Port and host on which a Function URL listens. */
export interface FunctionUrlOptions {
  /** @default 0, which picks a free port */
  port?: number;
  /** @default '127.0.0.1' */
  host?: string;
}

/** A function that is served over HTTP. */
export interface FunctionUrl extends AsyncDisposable {
  /** The URL, which ends with a slash. */
  readonly url: string;
  /** Stops listening and closes open connections. The function itself stays. */
  close(): Promise<void>;
}

/**
 * Serves a function as its Function URL does. A request becomes an event of payload format 2.0, the result becomes the response.
 * A streamed response is passed through as it arrives, as with the invoke mode RESPONSE_STREAM.
 */
export async function serveFunctionUrl(fn: LocalFunction, { port = 0, host = '127.0.0.1' }: FunctionUrlOptions = {}): Promise<FunctionUrl> {
  const server = createServer((request, response) => void serve(fn, request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch((error: unknown) => {
    throw new LocalLambdaError('invalid-option', `port: cannot listen on ${host}:${port}; choose another, or 0 for a free one.`, { cause: error });
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}/`, close, [Symbol.asyncDispose]: close };
}

async function serve(fn: LocalFunction, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  if (body.length > payloadLimit) return writeError(response, 413, 'Request Entity Too Large');
  const event = toUrlEvent(request, body);
  const stream = new StreamWriter(response);
  const options = { traceId: event.headers['x-amzn-trace-id'] as string, onChunk: stream.write };
  const result = await fn.invoke(event, options).catch((error: unknown) => {
    if (error instanceof LocalLambdaError) return undefined;
    throw error;
  });
  if (!result) return writeError(response, 503, 'Service Unavailable');
  if (!response.headersSent) response.setHeader('x-amzn-requestid', result.report.requestId);
  if (result.status !== 'success') return stream.fail();
  if (result.stream) return stream.end(result.stream);
  writeResult(response, result.payload);
}
