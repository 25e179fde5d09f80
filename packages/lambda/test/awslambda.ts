import { Writable } from 'node:stream';
import type { LambdaContext, LambdaStreamingHandler } from '@suga/lambda';

/** A response stream as Lambda's runtime client creates it: not a Writable, but an object with the bound methods of one. */
interface RuntimeStream {
  write(chunk: unknown, encoding?: BufferEncoding, callback?: () => void): boolean;
  setContentType(type: string): void;
  _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void;
}

/** A streamed response as its client sees it. */
export interface Streamed {
  readonly contentType: string;
  readonly prelude: { statusCode: number; headers: Record<string, string>; cookies: string[] } | undefined;
  readonly body: Buffer;
  /** The error that the runtime would send as a trailer, so that Lambda reports it. */
  readonly error: unknown;
  /** Whether the handler ended the stream before an error occurred. */
  readonly ended: boolean;
}

/** How the simulated client reads. */
export interface Client {
  /** Number of turns of the event loop that the client takes for each chunk. @default 0 */
  readonly delay?: number;
  /** Number of chunks after which the client disconnects. */
  readonly leavesAfter?: number;
  /** Called with each chunk. */
  readonly onChunk?: (chunk: Buffer) => void;
}

const HANDLER = Symbol.for('aws.lambda.runtime.handler.streaming');

/** A global `awslambda` that behaves as in aws-lambda-ric 4.0.2: it writes the prelude and eight zero bytes before the first write, and only then. */
export const awslambda = {
  streamifyResponse: (handler: object, options?: { highWaterMark?: number }): object => Object.assign(handler, { [HANDLER]: 'response', options }),
  HttpResponseStream: {
    from: (stream: RuntimeStream, prelude: unknown): RuntimeStream => {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      const text = JSON.stringify(prelude);
      stream._onBeforeFirstWrite = (write) => {
        write(text);
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

/** Invokes the handler as the runtime client does, and reads the response as a client of the function URL would. */
export async function invoke(
  handler: LambdaStreamingHandler,
  event: unknown,
  context: LambdaContext,
  { delay = 0, leavesAfter = Number.POSITIVE_INFINITY, onChunk }: Client = {},
): Promise<Streamed> {
  if (!(HANDLER in handler)) throw new Error('the handler does not say that it streams');
  const chunks: Buffer[] = [];
  let count = 0;
  const inner = new Writable({
    highWaterMark: 16,
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      onChunk?.(chunk);
      if (++count >= leavesAfter) return void inner.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      slowly(delay, done);
    },
  });
  const closed = new Promise<void>((resolve) => inner.once('close', resolve));
  inner.on('error', () => undefined);
  const { stream, contentType } = wrap(inner);
  let error: unknown;
  let ended = true;
  try {
    await handler(event, stream as never, context);
    if (!inner.writableEnded && !inner.destroyed) await closed;
  } catch (reason) {
    error = reason;
    ended = inner.writableEnded;
    inner.end();
  }
  const all = Buffer.concat(chunks);
  const at = all.indexOf(Buffer.alloc(8));
  const hasPrelude = contentType().includes('http-integration-response');
  if (!hasPrelude) return { contentType: contentType(), prelude: undefined, body: all, error, ended };
  return {
    contentType: contentType(),
    prelude: at < 0 ? undefined : (JSON.parse(all.toString('utf8', 0, at)) as Streamed['prelude']),
    body: all.subarray(at + 8),
    error,
    ended,
  };
}

function slowly(turns: number, done: () => void): void {
  if (turns === 0) done();
  else setImmediate(() => slowly(turns - 1, done));
}

function wrap(inner: Writable): { stream: RuntimeStream; contentType: () => string } {
  let type = 'application/octet-stream';
  let written = false;
  const stream = {
    write: (chunk: unknown, encoding?: BufferEncoding, callback?: () => void) => {
      if ((chunk as { length: number }).length === undefined) throw new TypeError('a chunk has a length');
      if (!written) stream._onBeforeFirstWrite?.((first) => void inner.write(first));
      written = true;
      return inner.write(chunk, encoding as BufferEncoding, callback);
    },
    setContentType: (wanted: string) => {
      if (written) throw new Error('Cannot set content-type, too late.');
      type = wanted;
    },
  } as RuntimeStream;
  for (const method of ['end', 'on', 'once', 'emit', 'off', 'removeListener', 'destroy', 'cork', 'uncork'] as const) {
    Object.defineProperty(stream, method, { value: (inner[method] as (...args: unknown[]) => unknown).bind(inner) });
  }
  for (const property of ['destroyed', 'writableEnded', 'writableFinished', 'writableNeedDrain', 'writable'] as const)
    Object.defineProperty(stream, property, { get: () => inner[property] });
  return { stream, contentType: () => type };
}
