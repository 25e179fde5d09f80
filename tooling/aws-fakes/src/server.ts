import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a fake service receives it. */
export interface Call {
  /** `AmazonSSM.GetParameters` in the JSON protocols; `POST /configurationsessions` in REST ones; `sns.Publish` in the query protocol. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
}

/** The response of an operation that needs more than a JSON body. */
export class Answer {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;

  constructor(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status = 200) {
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}

/** An error as the service would return it: `throw new Fault('AccessDeniedException', '…', 400)`. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Operations of a service by name. In a REST path, `*` matches any string. Their return value becomes the JSON body. */
export type Service = Readonly<Record<string, (call: Call) => unknown>>;

/** A running fake: settings for SDK clients, and the requests that they sent. */
export interface FakeAws extends AsyncDisposable {
  /** Settings for any SDK client: endpoint, region, credentials and one attempt only. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Every request so far, in order. */
  readonly calls: readonly Call[];
  /** Stops the fake and closes open connections. */
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 for the given services. It refuses an operation that none of them has, as AWS does. */
export async function startAws(...services: readonly Service[]): Promise<FakeAws> {
  const operations = new Map(services.flatMap((service) => Object.entries(service)));
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const call = await read(request);
    calls.push(call);
    answer(response, await run(operations, call), call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' };
  return { settings: { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 }, calls, close, [Symbol.asyncDispose]: close };
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const query = request.headers['content-type'] === FORM ? new URLSearchParams(text) : undefined;
  const target = query ? `${serviceOf(request)}.${query.get('Action')}` : request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? target : `${request.method} ${decodeURIComponent(pathname)}`;
  return { operation, query: searchParams, input: query ? Object.fromEntries(query) : inputOf(text) };
}

const FORM = 'application/x-www-form-urlencoded';

/** Returns the service that a request is signed for, because all services of the query protocol have the same path. */
const serviceOf = ({ headers }: IncomingMessage): string => /\/(\w+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? '';

function inputOf(text: string): Record<string, unknown> {
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

async function run(operations: ReadonlyMap<string, (call: Call) => unknown>, call: Call): Promise<unknown> {
  const operation = operations.get(call.operation) ?? [...operations].find(([name]) => fits(call.operation, name))?.[1];
  try {
    if (!operation) throw new Fault('UnknownOperationException', `There is no ${call.operation} here.`);
    return await operation(call);
  } catch (error) {
    return error;
  }
}

function fits(operation: string, name: string): boolean {
  const [start = '', end] = name.split('*');
  return end !== undefined && operation.length >= start.length + end.length && operation.startsWith(start) && operation.endsWith(end);
}

function answer(response: ServerResponse, result: unknown, { operation }: Call): void {
  const type = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': crypto.randomUUID() };
  if (result instanceof Answer) {
    response.writeHead(result.status, { ...type, ...result.headers }).end(result.body);
  } else if (result instanceof Error) {
    const { code = 'InternalServerError', status = 500 } = result as Partial<Fault>;
    if (code === DROPPED) response.destroy();
    else if (operation.startsWith('sns.')) response.writeHead(status, XML).end(xmlError(code, result.message));
    else response.writeHead(status, { ...type, 'x-amzn-errortype': code }).end(JSON.stringify({ __type: code, message: result.message }));
  } else {
    response.writeHead(200, type).end(JSON.stringify(result ?? {}));
  }
}

/** The code of a fault that closes the connection without a response. */
export const DROPPED = 'Dropped';
const XML = { 'content-type': 'text/xml' };

function xmlError(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}

/** Escapes a string for XML. */
export const escaped = (text: string): string => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
