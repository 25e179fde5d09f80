import type { HasControl } from '@suga/gateway';
import { LambdaError } from './errors.js';
import type { RouteKey } from './http/router.js';
import type { Call } from './invocation/contract.js';
import { isHttp } from './kinds/event-kinds.js';
import { assertOptions } from './option-checks.js';
import { type HandlerOptions, type LambdaHandler, type LambdaStreamingHandler, optionChecks } from './options.js';
import { createRuntime, type Runtime } from './runtime.js';

/** Loaded if the option `http` is set, or at the first HTTP request. */
const loadHttp = (): typeof import('./http/index.js') => require('./http/index.js');
/** Loaded if the option `events` is set, or at the first other event. */
const loadEvents = (): typeof import('./events/dispatch.js') => require('./events/dispatch.js');
/** Loaded by `createStreamingHandler`. */
const streaming = (): typeof import('./http/streaming.js') => require('./http/streaming.js');

/**
 * Creates the function that Lambda calls: `export const handler = createHandler(gateway, { http: { 'GET /': () => 'hello' } })`.
 *
 * It recognises the kind of each event, calls the route or handler for it, and returns the result in the form that the event's source
 * expects. Each invocation runs within the gateway's life cycle (start hooks, work, end hooks). Invocations may overlap.
 * @throws LambdaError `InvalidOptions`
 * @throws SugaError `UnknownInterface` for a misspelt name in `preload`, or `LoadFailed`
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
 * Creates the function that Lambda calls if responses are streamed: function URLs with `RESPONSE_STREAM`, REST APIs with streaming.
 * A route may return a ReadableStream, an async iterable, a Node Readable or a Response. Each piece is sent as soon as it is there.
 * @throws LambdaError `NoStreaming` outside Lambda's Node.js runtime, and every error that `createHandler` throws
 */
export function createStreamingHandler<Key extends RouteKey>(gateway: HasControl, options: HandlerOptions<Key> = {}): LambdaStreamingHandler {
  const { awsLambda, ResponseWriter: Outlet, sendJson, sendStreamed } = streaming();
  const aws = awsLambda();
  const { runtime, http, others } = createParts(gateway, options as HandlerOptions);
  const handler = async (event: unknown, stream: Parameters<LambdaStreamingHandler>[1], context: Parameters<LambdaStreamingHandler>[2]): Promise<void> => {
    const writer = new Outlet(stream);
    const send = sendStreamed(aws, writer);
    const work = async (call: Call): Promise<void> => {
      writer.onAbort = () => call.guard.abort(new LambdaError('Aborted', 'The client has disconnected.'));
      await (isHttp(call.kind) ? http().serve(call, send) : sendJson(writer, await others(call)));
    };
    await runtime.run(event, context, work, (error, kind, log) => {
      if (isHttp(kind) && !writer.begun) return http().fail(error, { event, kind, log }, send);
      throw error;
    });
    // The event was a schedule that was skipped, or a custom resource that was refused. Lambda waits for the end of the stream.
    if (!writer.begun) await sendJson(writer, undefined);
  };
  return Object.assign(aws.streamifyResponse(handler) as typeof handler, { ready: runtime.ready });
}

interface HandlerParts {
  readonly runtime: Runtime;
  readonly http: () => ReturnType<ReturnType<typeof loadHttp>['createHttpApp']>;
  /** Handles an event that is not an HTTP request. Its errors are passed on to AWS. */
  others(call: Call): Promise<unknown>;
}

/** Checks the options first, so that a mistake in them fails in INIT, before any work is started. */
function createParts(gateway: HasControl, options: HandlerOptions): HandlerParts {
  assertOptions(options, optionChecks);
  const prepare = (): Promise<void> | undefined => runtime.prepare();
  const http = once(() => loadHttp().createHttpApp(options, { prepare, routed: (key) => runtime.control.routed(key) }));
  const dispatch = once(() => loadEvents().createDispatch(options, { prepare, control: () => runtime.control }));
  // The code for these options is loaded now, because INIT has two vCPUs.
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
