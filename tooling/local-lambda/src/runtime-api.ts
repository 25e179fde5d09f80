import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { type ErrorBody, toFailure, toStreamedEnding, toSuccess } from './answers.ts';
import type { Invocation } from './invocation.ts';
import { readStream } from './response-stream.ts';
import type { Ending, Failure } from './result.ts';

/** Passes an event to the runtime that waits for one. */
export type Deliver = (invocation: Invocation) => void;

/** The environment behind a Runtime API. */
export interface Desk {
  /** Called when the runtime waits for an event. */
  wait(deliver: Deliver): void;
  find(requestId: string): Invocation | undefined;
  answer(invocation: Invocation, ending: Ending): void;
  /** Called when INIT failed. */
  fail(ending: Failure): void;
}

/** Lambda's Runtime API for one execution environment. */
export interface RuntimeApi {
  /** `host:port`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const host = '127.0.0.1';
const route = /^\/2018-06-01\/runtime\/(?:(init\/error)|invocation\/(?:(next)|([^/]+)\/(response|error)))$/;

/** Opens a Runtime API on a free port. Only this machine can reach it. */
export async function openRuntimeApi(desk: Desk, arn: string): Promise<RuntimeApi> {
  const server = createServer((request, response) => void handle(desk, arn, request, response).catch(() => response.destroy()));
  // A runtime may wait for its next event, and keep its connections open, without a time limit.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `${host}:${port}`, close: () => close(server, sockets) };
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

async function handle(desk: Desk, arn: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [matched, initError, next, id = '', kind] = route.exec(request.url ?? '') ?? [];
  if (!matched) return reply(response, 404, { errorType: 'NotFound', errorMessage: `No such path: ${request.url}` });
  if (next) return desk.wait((invocation) => deliver(response, invocation, arn));
  if (initError) {
    const ending = toFailure('init', (await json(request)) as ErrorBody);
    reply(response, 202, { status: 'OK' });
    return desk.fail(ending);
  }
  const invocation = desk.find(decodeURIComponent(id));
  if (!invocation) {
    await text(request);
    return reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
  }
  const ending = kind === 'error' ? toFailure('invoke', (await json(request)) as ErrorBody) : await readResponse(request, invocation);
  desk.answer(invocation, ending);
  reply(response, 202, { status: 'OK' });
}

async function readResponse(request: IncomingMessage, invocation: Invocation): Promise<Ending> {
  if (request.headers['lambda-runtime-function-response-mode'] !== 'streaming') return toSuccess(await text(request));
  const stream = await readStream(request, invocation.startedAt, invocation.options.onChunk);
  return toStreamedEnding(stream, request.trailers);
}

function deliver(response: ServerResponse, invocation: Invocation, arn: string): void {
  const { clientContext, identity } = invocation.options;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(Date.now() + invocation.timeout),
    'Lambda-Runtime-Invoked-Function-Arn': arn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
    ...(clientContext === undefined ? {} : { 'Lambda-Runtime-Client-Context': toHeader(clientContext) }),
    ...(identity === undefined ? {} : { 'Lambda-Runtime-Cognito-Identity': toHeader(identity) }),
  });
  response.end(invocation.event);
}

// HTTP headers can contain ASCII only.
function toHeader(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
