import type { EventHandlers } from './events/contract/event-handlers.js';
import type { CorsOptions } from './http/cors.js';
import type { FetchApp } from './http/fetch-app.js';
import type { RouteKey, Routes } from './http/router.js';
import type { LambdaContext } from './invocation/deadline-guard.js';
import { isJsonObject } from './json/json-object.js';
import { isBoolean, isDuration, isFunction, isStringList, type OptionCheck, pathsCheck } from './option-checks.js';

/**
 * Options of `createHandler` and `createStreamingHandler`. All are optional. An event that has no handler fails with `NoHandler` or
 * `UnknownEvent`, and the message names the option to add.
 */
export interface HandlerOptions<Key extends RouteKey = RouteKey> {
  /** Routes by method and path (`{ 'GET /devices/{id}': … }`), or an app with a `fetch` function, such as Hono's. Without it every request gets 404. */
  readonly http?: Routes<Key> | FetchApp | undefined;
  /** Other origins whose pages may call the routes. `true` allows all origins, without cookies. An object must have `origins`. @default false */
  readonly cors?: boolean | CorsOptions | undefined;
  /**
   * One path or several that come before the paths of the routes, such as the base path of a custom domain: `'/shop'`. If the path of a
   * request starts with it, it is removed before routes are searched. `'/'` removes nothing.
   * @default derived from the resource in an event of API Gateway; nothing for other sources
   */
  readonly basePath?: string | readonly string[] | undefined;
  /** Handlers by kind of event: `{ sqs: (message) => … }`. @default {} */
  readonly events?: EventHandlers | undefined;
  /** Whether an event `{ interface, operation, params }` may call operations whose facts say `remote: true`. @default true */
  readonly direct?: boolean | undefined;
  /**
   * Whether failed records of Kafka are reported one by one. The event source mapping then needs provisioned mode and
   * `ReportBatchItemFailures`; without them AWS takes a reported failure for a success.
   * @default false: a failed record fails the invocation, and Lambda delivers the whole batch again
   */
  readonly reportKafkaFailures?: boolean | undefined;
  /**
   * Work to do once, such as opening connections. It is called in INIT, and the first invocation waits for it. If it fails, or is not done
   * before the deadline, the invocation that waits for it fails, and the next invocation calls it again.
   */
  readonly initialize?: (() => unknown) | undefined;
  /** Names of the interfaces to load in INIT. @default [] */
  readonly preload?: readonly string[] | undefined;
  /**
   * How long before the timeout of the function the invocation's signal is aborted, in ms. The work then has half of this margin to end;
   * after that, the response is returned without it. A quarter of the margin is for end hooks, and a quarter for sending the response.
   * The margin is never more than half of the remaining time. 0 turns all of this off.
   * @default 500
   */
  readonly deadlineMargin?: number | undefined;
}

/** The check of each option. */
export const optionChecks: Readonly<Record<keyof HandlerOptions, OptionCheck>> = {
  http: [(value) => isFunction(value) || isJsonObject(value), 'routes like { "GET /devices/{id}": … } or an app with a fetch function'],
  cors: [(value) => isBoolean(value) || isJsonObject(value), 'true, false or { origins, … }'],
  events: [isJsonObject, 'handlers by kind, like { sqs: … }'],
  basePath: pathsCheck,
  direct: [isBoolean, 'true or false'],
  reportKafkaFailures: [isBoolean, 'true or false'],
  initialize: [isFunction, 'a function'],
  preload: [isStringList, 'an array of interface names'],
  deadlineMargin: [isDuration, 'milliseconds, 0 or more'],
};

/**
 * The function that Lambda calls. It has two parameters, because Node 24's runtime refuses a third one (a callback). The result depends on
 * the event, so callers state its type. The function fits `APIGatewayProxyHandlerV2`, `SQSHandler` and the other handler types of `@types/aws-lambda`.
 */
export interface LambdaHandler {
  <Result = unknown>(event: unknown, context: LambdaContext): Promise<Result>;
  /** Resolves when the first call of `initialize` has succeeded or failed. `await handler.ready` in an ES module makes it part of INIT. */
  readonly ready: Promise<void>;
}

/** The stream to which the handler writes a streamed response. */
export interface ResponseStream extends NodeJS.WritableStream {
  setContentType(type: string): void;
}

/** The function that Lambda calls if responses are streamed. `awslambda.streamifyResponse` has wrapped it. */
export interface LambdaStreamingHandler {
  (event: unknown, stream: ResponseStream, context: LambdaContext): Promise<void>;
  /** Resolves when the first call of `initialize` has succeeded or failed. */
  readonly ready: Promise<void>;
}
