import type { HasControl } from '@suga/gateway';
import { LambdaError } from './errors.js';
import type { RouteKey } from './http/router.js';
import type { Call } from './invocation/contract.js';
import { isHttp } from './kinds/event-kinds.js';
import { assertOptions } from './option-checks.js';
import { type HandlerOptions, type LambdaHandler, type LambdaStreamingHandler, optionChecks } from './options.js';
import { createRuntime, type Runtime } from './runtime.js';

/** Loaded with `http`, or at the first request. */
const loadHttp = (): typeof import('./http/index.js') => require('./http/index.js');
/** Loaded with `events`, or at the first other event. */
const loadEvents = (): typeof import('./events/dispatch.js') => require('./events/dispatch.js');
/** Loaded with `createStreamingHandler`. */
const streaming = (): typeof import('./http/streaming.js') => require('./http/streaming.js');

/**
 * Makes the function that Lambda calls: `export const handler = createHandler(gateway, { http: { 'GET /': () => 'hello' } })`.
 * Every invocation runs within the gateway's life cycle; invocations may overlap.
 * @throws LambdaError `InvalidOptions`; `UnknownInterface` for a misspelt name in `preload`
 */
export function createHandler<Key extends RouteKey>(gateway: HasControl, options: HandlerOptions<Key> = {}): LambdaHandler {
  const { runtime, http, others } = createParts(gateway, options as HandlerOptions);
  const work = (call: Call): Promise<unknown> => (isHttp(call.kind) ? http().serve<unknown>(call, loadHttp().formatResponse) : others(call));
  const handler = (event: unknown, context: Parameters<LambdaHandler>[1]): Promise<unknown> =>
    runtime.run(event, context, work, (error, kind, log) => {
      if (isHttp(kind)) return http().fail<unknown>(error, { event, kind, log }, loadHttp().formatResponse);
      throw error;
    });
  return Object.assign(handler as LambdaHandler, { ready: runtime.ready });
}

/**
 * The same for functions whose responses are streamed (function URLs with `RESPONSE_STREAM`, REST APIs with streaming):
 * a route may return a ReadableStream, an async iterable, a Node Readable or a Response, which is sent as it comes.
 * @throws LambdaError `NoStreaming` outside of Lambda's Node.js runtime, and what `createHandler` throws
 */
export function createStreamingHandler<Key extends RouteKey>(gateway: HasControl, options: HandlerOptions<Key> = {}): LambdaStreamingHandler {
  const { awsLambda, ResponseWriter: Outlet, sendJson, sendStreamed } = streaming();
  const aws = awsLambda();
  const { runtime, http, others } = createParts(gateway, options as HandlerOptions);
  const handler = async (event: unknown, stream: Parameters<LambdaStreamingHandler>[1], context: Parameters<LambdaStreamingHandler>[2]): Promise<void> => {
    const writer = new Outlet(stream);
    const send = sendStreamed(aws, writer);
    const work = async (call: Call): Promise<void> => {
      writer.onAbort = () => call.guard.abort(new LambdaError('Aborted', 'The client has gone.'));
      await (isHttp(call.kind) ? http().serve(call, send) : sendJson(writer, await others(call)));
    };
    await runtime.run(event, context, work, (error, kind, log) => {
      if (isHttp(kind) && !writer.begun) return http().fail(error, { event, kind, log }, send);
      throw error;
    });
    // A schedule that was skipped, or a custom resource that was refused. Lambda waits for the end of the stream.
    if (!writer.begun) await sendJson(writer, undefined);
  };
  return Object.assign(aws.streamifyResponse(handler) as typeof handler, { ready: runtime.ready });
}

interface HandlerParts {
  readonly runtime: Runtime;
  readonly http: () => ReturnType<ReturnType<typeof loadHttp>['createHttpApp']>;
  /** Handles what is not an HTTP request. What it throws is for AWS to see. */
  others(call: Call): Promise<unknown>;
}

/** Options are looked at first: what is wrong with them shows in INIT, before anything is begun. */
function createParts(gateway: HasControl, options: HandlerOptions): HandlerParts {
  assertOptions(options, optionChecks);
  const prepare = (): Promise<void> | undefined => runtime.prepare();
  const http = once(() => loadHttp().createHttpApp(options, { prepare, routed: (key) => runtime.control.routed(key) }));
  const dispatch = once(() => loadEvents().createDispatch(options, { prepare, control: () => runtime.control }));
  // What has been asked for is loaded now: INIT has two vCPUs.
  if (options.http || options.cors) http();
  if (options.events) dispatch();
  const runtime: Runtime = createRuntime(gateway, options);

  const others = async (call: Call): Promise<unknown> => {
    try {
      return await dispatch()(call);
    } catch (error) {
      call.log.countFailure();
      throw error;
    }
  };
  return { runtime, http, others };
}

function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}
