import { loadBody } from '../body/lazy.js';
import { isStream } from '../body/stream.js';
import { LambdaError } from '../errors.js';
import type { LambdaStreamingHandler, ResponseStream } from '../options.js';
import type { SendResponse } from './app.js';
import type { OutgoingResponse } from './response/response.js';

/** Already loaded when there is a response to send. */
const http = (): typeof import('./index.js') => require('./index.js');

/** The global `awslambda` of Lambda's runtime, as far as it is used here. */
export interface AwsLambda {
  streamifyResponse(handler: unknown): unknown;
  readonly HttpResponseStream: { from(stream: ResponseStream, prelude: Prelude): ResponseStream };
}

interface Prelude {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/** @throws LambdaError `NoStreaming` if there is no global `awslambda` */
export function awsLambda(): AwsLambda {
  const { awslambda } = globalThis as unknown as { awslambda?: Partial<AwsLambda> };
  // Every streamed response needs this code. It is loaded now, because INIT has two vCPUs.
  loadBody();
  if (awslambda?.streamifyResponse && awslambda.HttpResponseStream) return awslambda as AwsLambda;
  const advice = "createStreamingHandler works in Lambda's Node.js runtime only. Elsewhere use createHandler, which collects streams.";
  throw new LambdaError('NoStreaming', `The global "awslambda" is missing: ${advice}`);
}

/** The response stream of one invocation. Lambda's runtime passes an object that looks like a Writable but is none. */
export class ResponseWriter {
  /** Whether the response has begun. Its status cannot change after that. */
  begun = false;
  /** Whether the client has disconnected. */
  closed = false;
  /** Whether writing has to stop. */
  stopped = false;
  onAbort: () => void = () => undefined;
  readonly stream: ResponseStream;
  private ending = false;
  private wake: () => void = () => undefined;

  constructor(stream: Parameters<LambdaStreamingHandler>[1]) {
    this.stream = stream;
    const close = (): void => {
      this.closed = true;
      if (!this.ending) this.onAbort();
      this.wake();
    };
    stream.on('error', close);
    stream.on('close', close);
    stream.on('drain', () => this.wake());
  }

  /** Writes bytes. Resolves when the stream can take more, or when the client has disconnected. */
  async write(bytes: Uint8Array): Promise<void> {
    this.begun = true;
    if (this.closed || this.stream.write(bytes)) return;
    await this.until(() => undefined);
  }

  /** Ends the stream. Resolves when all bytes have been passed on, or when the client has disconnected. */
  async end(): Promise<void> {
    this.ending = true;
    if (!this.closed) await this.until((done) => this.stream.end(done));
  }

  private until(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      begin(resolve);
    });
  }
}

/**
 * Sends a response piece by piece. Status and headers are sent with the first piece, so an error before it still gets a proper response.
 * After that, the response for an error is not sent. The error is thrown, and the runtime ends the stream with it.
 */
export function sendStreamed(aws: AwsLambda, writer: ResponseWriter): SendResponse<void> {
  return async (response, kind, failure) => {
    if (writer.begun) {
      writer.stopped = true;
      throw failure;
    }
    // Load balancers and Lattice cannot stream. They expect the whole response in their own form.
    if (kind.startsWith('alb') || kind.startsWith('lattice')) return sendJson(writer, await http().formatResponse(response, kind));
    await pump(response, writer, () => {
      const { status: statusCode, headers, cookies } = response;
      aws.HttpResponseStream.from(writer.stream, { statusCode, headers: http().singleValues(headers), cookies });
    });
  };
}

async function pump(response: OutgoingResponse, writer: ResponseWriter, begin: () => void): Promise<void> {
  const { body } = response;
  const { correctHeaders, toBytes } = loadBody();
  const pieces = piecesOf(body);
  let piece = await pieces.next();
  let bytes = piece.done ? new Uint8Array() : toBytes(piece.value);
  if (writer.begun) return release(pieces, body);
  // A stream that ends without a piece is complete and empty.
  correctHeaders(response, isStream(body) ? bytes : body, !isStream(body) || piece.done === true);
  begin();
  // The runtime sends the prelude with the first write, so even an empty body needs one.
  await writer.write(bytes);
  while (!piece.done && !writer.closed && !writer.stopped) {
    piece = await pieces.next();
    bytes = piece.done ? bytes : toBytes(piece.value);
    if (!piece.done && !writer.stopped) await writer.write(bytes);
  }
  if (!piece.done) return release(pieces, body);
  if (!writer.stopped) await writer.end();
}

/** Sends a value that is not streamed, as JSON. */
export async function sendJson(writer: ResponseWriter, value: unknown): Promise<void> {
  writer.stream.setContentType('application/json');
  await writer.write(Buffer.from(JSON.stringify(value ?? null)));
  await writer.end();
}

type Pieces = AsyncIterator<unknown>;

function piecesOf(body: OutgoingResponse['body']): Pieces {
  return isStream(body) ? loadBody().claimIterator(body) : whole(body);
}

async function* whole(body: string | Uint8Array | undefined): AsyncGenerator<string | Uint8Array> {
  if (body !== undefined && body.length > 0) yield body;
}

/** Closes the source, because the rest of it is not needed. */
async function release(pieces: Pieces, body: unknown): Promise<void> {
  if (pieces.return) await pieces.return();
  else loadBody().discard(body);
}
