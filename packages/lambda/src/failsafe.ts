import type { Complete } from '@suga/gateway/options';
import { isFailsafeRequested } from './config.js';
import { LambdaError } from './errors.js';
import { type AnyHandler, beforeDeadline, createLoader, invalidArgument, isCloudFormation, toDeadline } from './failsafe-loader.js';
import { type PathAdapter, payload1Path, payload2Path, routingPath, toPrefixes } from './http/request/path.js';
import { isJsonObject, isString, toJsonObject } from './json/json-object.js';
import { assertOptions, isDuration, isStringList, type OptionCheck, pathsCheck } from './option-checks.js';
import { plainError } from './plain-error.js';

/** Loaded if a request of CloudFormation is refused. */
const customResource = (): typeof import('./events/routed/custom-resource.js') => require('./events/routed/custom-resource.js');

export type { AnyHandler };

/** Options of `failsafe`. */
export interface FailsafeOptions {
  /** Paths of health checks. @default ['/health'] */
  readonly health?: readonly string[] | undefined;
  /** The `basePath` of the handler, if it has one. @default derived from the resource in an event of API Gateway */
  readonly basePath?: string | readonly string[] | undefined;
  /** How long HTTP clients should wait before they try again (`Retry-After`), in ms. @default 30_000 */
  readonly retryAfter?: number | undefined;
}

/** The function that Lambda calls. The result depends on the event, so callers state its type. */
export interface FailsafeHandler {
  <Result = unknown>(event: unknown, context: unknown): Promise<Result>;
  /** Resolves when the first attempt to load the function has succeeded or failed. */
  readonly ready: Promise<void>;
}

/** The reason why the failsafe responds: the operator requested it, the function could not be loaded, or it was not loaded before the deadline. */
type Reason = 'requested' | 'failed' | 'late';

const reasons: Readonly<Record<Reason, string>> = {
  requested: 'LAMBDA_MODE is "failsafe"',
  failed: 'the function could not be loaded',
  late: 'the function was not loaded before the deadline',
};

/**
 * Creates a handler that responds even if the function cannot be loaded: `export const handler = failsafe(() => require('./app.js').handler)`,
 * or in an ES module `failsafe(() => import('./app.js').then((app) => app.handler))`.
 *
 * The function is loaded at once, in INIT. If that fails, the error is logged, the failsafe responds, and each later invocation tries again.
 * If the function is still not loaded shortly before the deadline, the failsafe responds as well, and loading continues for the next invocation.
 * With `LAMBDA_MODE=failsafe` the function is not loaded at all.
 *
 * The failsafe responds as follows. HTTP requests get 503 with `Retry-After`. A health path gets 200 if the operator requested the failsafe
 * (everything then works as intended), else 503. CloudFormation gets a failure for its custom resource, because it would wait for an hour otherwise.
 * Every other event fails with `Failsafe`, so that queues and streams keep their records.
 * @throws LambdaError `InvalidOptions` for arguments that are not valid. They are checked at once, because they would be wrong at every start.
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
  health: [isStringList, 'an array of paths like ["/health"]'],
  basePath: pathsCheck,
  // The header needs a number of seconds, so `Infinity` is not allowed.
  retryAfter: [(value) => isDuration(value) && value !== Number.POSITIVE_INFINITY, 'milliseconds, 0 or more'],
};

function parseSettings(load: unknown, options: FailsafeOptions): Settings {
  if (typeof load !== 'function') throw invalidArgument('a function that loads the handler, as in failsafe(() => require("./app.js").handler)', load);
  assertOptions(options, optionChecks, 'failsafe.');
  const { health = ['/health'], basePath, retryAfter = 30_000 } = options;
  return { health, retryAfter, prefixes: basePath === undefined ? undefined : toPrefixes(basePath) };
}

/** Logs a failed event. @returns an id by which the log can be searched */
function failed(message: string, error: unknown, extra?: object): string {
  const errorId = process.getBuiltinModule('node:crypto').randomUUID();
  console.error(JSON.stringify({ level: 'ERROR', message, errorId, ...extra, error: plainError(error) }));
  return errorId;
}

/** The part of an HTTP request that the failsafe needs. */
interface Request {
  readonly method: unknown;
  readonly path: string;
  /** Whether response headers must be lists, for a target group with multi-value headers. */
  readonly lists: boolean;
}

type Settings = Complete<Omit<FailsafeOptions, 'basePath'>> & { readonly prefixes: readonly string[] | undefined };

interface Refusal {
  readonly reason: Reason;
  readonly cause?: unknown;
  /** The deadline of Lambda, in ms since the epoch. */
  readonly deadline: number | undefined;
}

async function answer(event: unknown, { health, prefixes, retryAfter }: Settings, { reason, deadline, ...options }: Refusal): Promise<object | undefined> {
  const request = toRequest(event, prefixes);
  if (!request) {
    const error = new LambdaError('Failsafe', `Failsafe: ${reasons[reason]}. This event was not handled and must be delivered again.`, options);
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

/**
 * Reads a request from all sources that the real handler knows. It distinguishes them only as far as their responses differ. It shares little
 * code with the handler, because this file must work if no other does.
 * @returns `undefined` for an event that is not a request
 */
function toRequest(event: unknown, prefixes: Settings['prefixes']): Request | undefined {
  if (!isJsonObject(event)) return undefined;
  const { type, version, httpMethod, rawPath, path, method, raw_path, headers, multiValueHeaders: multi, requestContext } = event;
  const { http, elb, serviceArn, serviceNetworkArn, connectionId } = toJsonObject(requestContext);
  const inner = toJsonObject(http)['method'];
  const request = (from: PathAdapter, requested: unknown, lists = false): Request => ({ method: requested, path: routingPath(from, event, prefixes), lists });
  // The event of an authorizer looks like a request, and that of a WebSocket may.
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
