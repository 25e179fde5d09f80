import type { EventHandlers } from './events/contract/event-handlers.js';
import type { CorsOptions } from './http/cors.js';
import type { FetchApp } from './http/fetch-app.js';
import type { RouteKey, Routes } from './http/router.js';
import type { LambdaContext } from './invocation/deadline-guard.js';
import { isJsonObject } from './json/json-object.js';
import { isBoolean, isDuration, isFunction, isStringList, type OptionCheck, pathsCheck } from './option-checks.js';

/** What a handler does with what comes. Everything is optional; an event nobody asked for is refused by name. */
export interface HandlerOptions<Key extends RouteKey = RouteKey> {
  /** A route table, or a fetch-style app such as Hono's. Without it every request is answered with 404. */
  readonly http?: Routes<Key> | FetchApp | undefined;
  /** Pages of other origins that may call the routes; `true` is all of them, without cookies. An object must have `origins`. @default false */
  readonly cors?: boolean | CorsOptions | undefined;
  /**
   * The path, or paths, before the routes' own, such as the base path of a custom domain's mapping: `'/shop'`. It is left out of
   * a request's path where the path begins with it. `'/'` leaves nothing out.
   * @default what an event of API Gateway tells by its resource; nothing for other sources
   */
  readonly basePath?: string | readonly string[] | undefined;
  /** Handlers by kind of event. @default {} */
  readonly events?: EventHandlers | undefined;
  /** Whether `{ interface, operation, params }` may call operations whose facts say `remote: true`. @default true */
  readonly direct?: boolean | undefined;
  /**
   * Whether failed records of Kafka are reported one by one. The event source mapping then needs provisioned mode and
   * `ReportBatchItemFailures`; without them AWS takes a reported failure for success. @default false: a failure makes Lambda deliver the batch again
   */
  readonly reportKafkaFailures?: boolean | undefined;
  /** Begun in INIT, awaited by the first invocation; when it fails, that invocation fails and the next one tries again. */
  readonly initialize?: (() => unknown) | undefined;
  /** Interfaces to load in INIT, by name. @default [] */
  readonly preload?: readonly string[] | undefined;
  /**
   * How long before Lambda's deadline the invocation's signal fires, in ms; the work then has half of that to end before the
   * answer is given without it, a quarter is for end hooks, and a quarter for sending. Never more than half of the time there is. 0 turns the guard off.
   * @default 500
   */
  readonly deadlineMargin?: number | undefined;
}

/** What each option may be. */
export const optionChecks: Readonly<Record<keyof HandlerOptions, OptionCheck>> = {
  http: [(value) => isFunction(value) || isJsonObject(value), 'routes like { "GET /devices/{id}": … } or an app with a fetch function'],
  cors: [(value) => isBoolean(value) || isJsonObject(value), 'true, false or { origins, … }'],
  events: [isJsonObject, 'handlers by kind, like { sqs: … }'],
  basePath: pathsCheck,
  direct: [isBoolean, 'true or false'],
  reportKafkaFailures: [isBoolean, 'true or false'],
  initialize: [isFunction, 'a function'],
  preload: [isStringList, 'a list of interface names'],
  deadlineMargin: [isDuration, 'milliseconds, 0 or more'],
};

/**
 * The function that Lambda calls. Two parameters: Node 24's runtime refuses a third as a callback. The result depends on the event, so a caller
 * may name its type: it fits `APIGatewayProxyHandlerV2`, `SQSHandler` and the other handler types of `@types/aws-lambda`.
 */
export interface LambdaHandler {
  <Result = unknown>(event: unknown, context: LambdaContext): Promise<Result>;
  /** Settles when `initialize` is done, whether it succeeded or not: `await handler.ready` in an ES module makes it part of INIT. */
  readonly ready: Promise<void>;
}

/** What Lambda writes a streamed answer to. */
export interface ResponseStream extends NodeJS.WritableStream {
  setContentType(type: string): void;
}

/** What Lambda calls where responses are streamed; made by `awslambda.streamifyResponse`. */
export interface LambdaStreamingHandler {
  (event: unknown, stream: ResponseStream, context: LambdaContext): Promise<void>;
  /** Settles when `initialize` is done, whether it succeeded or not. */
  readonly ready: Promise<void>;
}
