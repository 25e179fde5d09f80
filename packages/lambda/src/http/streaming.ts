import { loadBody } from '../body/lazy.js';
import { isStream } from '../body/stream.js';
import { LambdaError } from '../errors.js';
import type { LambdaStreamingHandler, ResponseStream } from '../options.js';
import type { SendResponse } from './app.js';
import type { OutgoingResponse } from './response/response.js';

/** Loaded already when there is an answer to send. */
const http = (): typeof import('./index.js') => require('./index.js');

/** What Lambda's runtime puts into the global `awslambda`, as far as it is used here. */
export interface AwsLambda {
  streamifyResponse(handler: unknown): unknown;
  readonly HttpResponseStream: { from(stream: ResponseStream, prelude: Prelude): ResponseStream };
}

interface Prelude {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/** @throws LambdaError `NoStreaming` where the runtime has no `awslambda` */
export function awsLambda(): AwsLambda {
  const { awslambda } = globalThis as unknown as { awslambda?: Partial<AwsLambda> };
  // What every streamed answer needs is loaded now: INIT has two vCPUs.
  loadBody();
  if (awslambda?.streamifyResponse && awslambda.HttpResponseStream) return awslambda as AwsLambda;
  const advice = "createStreamingHandler works in Lambda's Node.js runtime; elsewhere use createHandler, which collects streams.";
  throw new LambdaError('NoStreaming', `There is no global "awslambda" here: ${advice}`);
}

/** One invocation's response stream. Not a Writable but what Lambda's runtime makes look like one. */
export class ResponseWriter {
  /** Whether anything is on its way: no other status can be sent then. */
  begun = false;
  /** Whether nobody reads any more. */
  closed = false;
  /** Whether what is still being written is to stop. */
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

  /** Resolves when the stream can take more, or when nobody reads any more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.begun = true;
    if (this.closed || this.stream.write(bytes)) return;
    await this.until(() => undefined);
  }

  /** Resolves when all has been handed over. */
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
 * Sends an answer piece by piece. Its first piece is waited for before status and headers go out: what fails until then is answered properly.
 * An answer that stands for a failure after that is not sent: the failure is thrown, for the runtime to end the stream with it.
 */
export function sendStreamed(aws: AwsLambda, writer: ResponseWriter): SendResponse<void> {
  return async (response, kind, failure) => {
    if (writer.begun) {
      writer.stopped = true;
      throw failure;
    }
    // Load balancers and Lattice cannot stream: they want the whole answer in their own shape.
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
  // A stream that has ended is whole: it is empty.
  correctHeaders(response, isStream(body) ? bytes : body, !isStream(body) || piece.done === true);
  begin();
  // Without a write, be it an empty one, there would be no prelude.
  await writer.write(bytes);
  while (!piece.done && !writer.closed && !writer.stopped) {
    piece = await pieces.next();
    bytes = piece.done ? bytes : toBytes(piece.value);
    if (!piece.done && !writer.stopped) await writer.write(bytes);
  }
  if (!piece.done) return release(pieces, body);
  if (!writer.stopped) await writer.end();
}

/** Sends what is not streamed. */
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

/** Tells the source that nobody wants the rest. */
async function release(pieces: Pieces, body: unknown): Promise<void> {
  if (pieces.return) await pieces.return();
  else loadBody().discard(body);
}
