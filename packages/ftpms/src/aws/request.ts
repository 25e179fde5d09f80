import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { type Connection, connection } from '../config.js';
import { signed } from './sigv4.js';

/** One request to an AWS service. */
export interface Call {
  readonly service: 'dynamodb' | 'lambda' | 'freetier';
  /** @default '/' */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
}

/** An error response of AWS. `name` is AWS's own code (`ConditionalCheckFailedException`). */
export class AwsFault extends Error {
  readonly status: number;
  /** The body of the response. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body['message'] ?? body['Message'] ?? `AWS responded with status ${status}.`));
    this.name = String(body['__type'] ?? 'Fault').replace(/^.*#/, '');
    this.status = status;
    this.body = body;
  }
}

/** Time limit of one attempt, in ms. The first attempt includes a TLS handshake, which takes long on the share of a CPU that 128 MB have. */
const ATTEMPT_MS = 1000;
const FIRST_MS = 3000;
/** Pause before the second attempt, in ms. Half of it is random. */
const PAUSE_MS = 100;

const agents = new Map<string, Agent>();
let isConnected = false;

/**
 * Sends a request and returns the body of the response. Throttling, faults of the service and lost connections are tried once more. If only the
 * response was lost, the work is then done twice.
 * @throws AwsFault for an error response; otherwise the connection's error, or `TimeoutError`
 */
export async function callAws(call: Call): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await attempt(call);
  } catch (error) {
    if (call.signal?.aborted || !isTransient(error)) throw error;
    await process.getBuiltinModule('node:timers/promises').setTimeout((PAUSE_MS * (1 + Math.random())) / 2, undefined, { signal: call.signal });
    return attempt(call);
  }
}

const TRANSIENT = /^(?:ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded|TooManyRequests|TransactionInProgress|LimitExceeded)/;

const isTransient = (error: unknown): boolean => !(error instanceof AwsFault) || error.status >= 500 || error.status === 429 || TRANSIENT.test(error.name);

async function attempt(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const limit = isConnected ? ATTEMPT_MS : FIRST_MS;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException(`AWS did not respond within ${limit} ms.`, 'TimeoutError')), limit);
  try {
    const { status, text } = await send(call, connection(call.service), call.signal ? AbortSignal.any([call.signal, over.signal]) : over.signal);
    isConnected = true;
    const body = parsed(text);
    if (status >= 300) throw new AwsFault(status, body);
    return body;
  } finally {
    clearTimeout(timer);
  }
}

/** A proxy may respond with a page that is not JSON. The error then shows only its status. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function send(call: Call, to: Connection, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  const { service, path = '/', headers, body } = call;
  const { protocol, hostname, port } = to.url;
  const { request } = protocol === 'http:' ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
  const ready = signed({ service, path, headers, body }, to, Date.now());
  const options: RequestOptions = { hostname, port, path, method: 'POST', headers: ready, agent: agentFor(protocol), signal };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => void read(response).then(resolve, reject));
    // The reason of the abort says more than the error that it causes.
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<{ readonly status: number; readonly text: string }> {
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) text += piece;
  return { status: response.statusCode ?? 0, text };
}

/** Connections are kept open, so that a request for which an invocation waits does not begin with a handshake. */
function agentFor(protocol: string): Agent {
  let agent = agents.get(protocol);
  if (!agent) {
    const { Agent } = protocol === 'http:' ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
    agents.set(protocol, (agent = new Agent({ keepAlive: true })));
  }
  return agent;
}
