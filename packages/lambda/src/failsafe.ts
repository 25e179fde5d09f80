import type { Complete } from '@suga/gateway/options';
import { isFailsafeRequested } from './config.js';
import { LambdaError } from './errors.js';
import { type AnyHandler, beforeDeadline, createLoader, invalidArgument, isCloudFormation, toDeadline } from './failsafe-loader.js';
import { type PathAdapter, payload1Path, payload2Path, routingPath, toPrefixes } from './http/request/path.js';
import { isJsonObject, isString, toJsonObject } from './json/json-object.js';
import { assertOptions, isDuration, isStringList, type OptionCheck, pathsCheck } from './option-checks.js';
import { plainError } from './plain-error.js';

/** Loaded when a request of CloudFormation is refused. */
const customResource = (): typeof import('./events/routed/custom-resource.js') => require('./events/routed/custom-resource.js');

export type { AnyHandler };

/** How the failsafe behaves. Durations are milliseconds. */
export interface FailsafeOptions {
  /** Paths that tell whether the function works. @default ['/health'] */
  readonly health?: readonly string[] | undefined;
  /** The handler's own `basePath`, if it has one. @default what an event of API Gateway tells by its resource */
  readonly basePath?: string | readonly string[] | undefined;
  /** How long HTTP clients are told to wait. @default 30_000 */
  readonly retryAfter?: number | undefined;
}

/** The function that Lambda calls. The result depends on the event: a caller may name its type. */
export interface FailsafeHandler {
  <Result = unknown>(event: unknown, context: unknown): Promise<Result>;
  /** Settles when the first attempt to load is done, whether it succeeded or not. */
  readonly ready: Promise<void>;
}

/** Why the failsafe answers: the operator asked for it, the function could not be loaded, or it was not loaded before the deadline. */
type Reason = 'requested' | 'failed' | 'late';

const reasons: Readonly<Record<Reason, string>> = {
  requested: 'LAMBDA_MODE is "failsafe"',
  failed: 'the function could not be loaded',
  late: 'the function was not loaded before the deadline',
};

/**
 * A handler that answers even when the function cannot be loaded: `export const handler = failsafe(() => require('./app.js').handler)`,
 * in an ES module `failsafe(() => import('./app.js').then((app) => app.handler))`.
 *
 * The function is loaded at once, in INIT. If that fails, the error is logged, the failsafe answers, and each later invocation tries again.
 * If the function is not loaded shortly before the deadline, the failsafe answers as well, and loading goes on for the next invocation.
 * With `LAMBDA_MODE=failsafe` nothing is loaded at all. HTTP requests get 503 with `Retry-After`, and CloudFormation is told that its custom
 * resource has failed, for which it would wait an hour. Anything else is thrown, so that queues and streams keep their records. A health path gets 200 if the operator asked for the
 * failsafe (it works as told), else 503.
 * @throws LambdaError `InvalidOptions` for arguments that cannot work, at once: they are wrong at every start, not at a bad one
 */
export function failsafe(load: () => AnyHandler | PromiseLike<AnyHandler>, options: FailsafeOptions = {}): FailsafeHandler {
  const settings = parseSettings(load, options);
  const requested = isFailsafeRequested();
  const loader = createLoader(load);
  const ready = requested
    ? Promise.resolve()
    : loader.attempt().then(
        () => undefined,
        () => undefined,
      );

  const handler = async (event: unknown, context: unknown): Promise<unknown> => {
    const deadline = toDeadline(context);
    if (requested) return answer(event, settings, { reason: 'requested', deadline });
    let real: AnyHandler | undefined;
    try {
      real = loader.loaded() ?? (await beforeDeadline(loader.use(), event, deadline));
    } catch (cause) {
      return answer(event, settings, { reason: 'failed', cause, deadline });
    }
    if (real) return real(event as never, context as never);
    loader.late();
    return answer(event, settings, { reason: 'late', deadline });
  };
  return Object.assign(handler as FailsafeHandler, { ready });
}

const optionChecks: Readonly<Record<keyof FailsafeOptions, OptionCheck>> = {
  health: [isStringList, 'a list of paths like ["/health"]'],
  basePath: pathsCheck,
  // A client is told a number of seconds.
  retryAfter: [(value) => isDuration(value) && value !== Number.POSITIVE_INFINITY, 'milliseconds, 0 or more'],
};

function parseSettings(load: unknown, options: FailsafeOptions): Settings {
  if (typeof load !== 'function') throw invalidArgument('a function that loads the handler, as in failsafe(() => require("./app.js").handler)', load);
  assertOptions(options, optionChecks, 'failsafe.');
  const { health = ['/health'], basePath, retryAfter = 30_000 } = options;
  return { health, retryAfter, prefixes: basePath === undefined ? undefined : toPrefixes(basePath) };
}

/** Logs a failed event, and gives it an id by which the log can be searched. */
function failed(message: string, error: unknown, extra?: object): string {
  const errorId = process.getBuiltinModule('node:crypto').randomUUID();
  console.error(JSON.stringify({ level: 'ERROR', message, errorId, ...extra, error: plainError(error) }));
  return errorId;
}

/** A request as far as the failsafe looks at it. `undefined` for what is no request. */
interface Request {
  readonly method: unknown;
  readonly path: string;
  /** Whether headers must be lists: a target group with multi-value headers. */
  readonly lists: boolean;
}

type Settings = Complete<Omit<FailsafeOptions, 'basePath'>> & { readonly prefixes: readonly string[] | undefined };

interface Refusal {
  readonly reason: Reason;
  readonly cause?: unknown;
  /** Lambda's, in ms since the epoch. */
  readonly deadline: number | undefined;
}

async function answer(event: unknown, { health, prefixes, retryAfter }: Settings, { reason, deadline, ...options }: Refusal): Promise<object | undefined> {
  const request = toRequest(event, prefixes);
  if (!request) {
    const error = new LambdaError('Failsafe', `Failsafe: ${reasons[reason]}; this event was not handled and must be delivered again.`, options);
    if (!isCloudFormation(event)) throw error;
    await customResource().refuse(event, error, { log: { failed }, deadline });
    return undefined;
  }
  const isHealth = health.includes(request.path) && (request.method === 'GET' || request.method === 'HEAD');
  const status = isHealth && reason === 'requested' ? 200 : 503;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (status === 503) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter / 1000)));
  const body = request.method === 'HEAD' ? '' : JSON.stringify(isHealth ? { status: 'failsafe' } : { message: 'Service Unavailable' });
  const result = { statusCode: status, statusDescription: status === 200 ? '200 OK' : '503 Service Unavailable', body, isBase64Encoded: false };
  if (!request.lists) return { ...result, headers };
  return { ...result, multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) };
}

/** The same sources as the real handler's, told apart only as far as their answers differ; this file must work when nothing else does. */
function toRequest(event: unknown, prefixes: Settings['prefixes']): Request | undefined {
  if (!isJsonObject(event)) return undefined;
  const { type, version, httpMethod, rawPath, path, method, raw_path, headers, multiValueHeaders: multi, requestContext } = event;
  const { http, elb, serviceArn, serviceNetworkArn, connectionId } = toJsonObject(requestContext);
  const inner = toJsonObject(http)['method'];
  const request = (from: PathAdapter, requested: unknown, lists = false): Request => ({ method: requested, path: routingPath(from, event, prefixes), lists });
  // An authorizer's event looks like a request, and a WebSocket's may.
  if (type === 'REQUEST' || type === 'TOKEN' || isString(connectionId)) return undefined;
  if (version === '2.0' && isString(rawPath) && isString(inner)) return request(payload2Path, inner);
  if (isString(httpMethod) && isString(path) && isJsonObject(requestContext)) {
    const lists = isJsonObject(elb) && isJsonObject(multi) && (!isJsonObject(headers) || Object.keys(multi).length > 0);
    return request(isJsonObject(elb) ? { path: () => path } : payload1Path, httpMethod, lists);
  }
  const isLattice2 = version === '2.0' && isString(path) && (isString(serviceArn) || isString(serviceNetworkArn));
  const target = isLattice2 ? path : raw_path;
  return isString(target) && isString(method) ? request({ path: () => target.split('?', 1)[0] as string }, method) : undefined;
}
