import { LambdaError, toErrorText } from '../../errors.js';
import { isHttpError } from '../../http/reply.js';
import type { Call } from '../../invocation/contract.js';
import { toJsonText } from '../../json/json.js';
import { isJsonObject, isPlainObject } from '../../json/json-object.js';
import type { AppsyncEventsContext, AppsyncMessage, AppsyncOutgoing, AppsyncSubscription } from '../contract/appsync-events.js';
import type { RouteTable } from '../contract/routes.js';
import type { Runner } from '../contract/runner.js';
import { answerEach } from '../records/batch.js';
import { channelProblem, channelsOf, findChannel, sortChannels } from './channels.js';
import { assertRoutes, callRoute, isBatchRoute } from './routes.js';

const option = 'events.appsyncEvents';
/** Maximum bytes of a message, including its id. AppSync drops larger messages silently. */
const MAX_BYTES = 240 * 1024;

/** @throws LambdaError `InvalidOptions` */
export function createAppsyncEvents(routes: RouteTable): Runner {
  const problem = (key: string): string | undefined => {
    const first = Object.keys(routes).find((each) => channelsOf(each) === channelsOf(key));
    return channelProblem(key) ?? (first === key ? undefined : `${JSON.stringify(first)} matches the same channels`);
  };
  assertRoutes(routes, { option, problem, batches: (key) => key.startsWith('PUBLISH ') });
  const channels = sortChannels(routes);
  return (call) => {
    const context = call.event as AppsyncEventsContext;
    const { operation, channel } = context.info;
    const found = findChannel(channels, operation, channel.path);
    if (!found) throw noRoute(operation, channel.path);
    const target: Target = { routes, route: found.route, subscription: toSubscription(context, found.params) };
    return operation === 'PUBLISH' ? publish(target, call) : subscribe(target, call);
  };
}

interface Target {
  readonly routes: RouteTable;
  readonly route: unknown;
  readonly subscription: AppsyncSubscription;
}

function noRoute(operation: string, path: string): LambdaError {
  const key = JSON.stringify(`${operation} ${path.slice(0, 200)}`);
  return new LambdaError('NoHandler', `No handler for ${key}: add ${option}: { ${key}: … } to the options of the handler.`);
}

const toSubscription = (event: AppsyncEventsContext, params: Readonly<Record<string, string>>): AppsyncSubscription => ({
  channel: event.info.channel.path,
  namespace: event.info.channelNamespace?.name,
  params,
  identity: event.identity,
  headers: event.request?.headers ?? {},
  event,
});

/** Handles a subscription. The result `null` allows it. */
async function subscribe({ routes, route, subscription }: Target, { guard, invocation, log }: Call): Promise<{ readonly error: string } | null> {
  try {
    const result = await guard.within(callRoute(routes, route, subscription, invocation));
    if (result === undefined || result === null) return null;
    if (isPlainObject(result) && typeof result['error'] === 'string') return { error: result['error'] };
    // Any other result is refused, so that a mistake in the handler does not let a client in.
    throw invalid('A handler of a subscription', result, 'return nothing to allow it, and { error } to refuse it');
  } catch (error) {
    return { error: refusal(error) ?? logged(error, subscription.channel, log) };
  }
}

async function publish(target: Target, call: Call): Promise<{ readonly events: readonly AppsyncOutgoing[] } | { readonly error: string }> {
  const { routes, route, subscription } = target;
  const messages = (subscription.event.events ?? []).map(({ id, payload }): AppsyncMessage => ({ ...subscription, id, payload }));
  if (!isBatchRoute(route)) return { events: await publishEach(target, messages, call) };
  try {
    const outgoing = toOutgoing(await call.guard.within(callRoute(routes, route, messages, call.invocation)), messages);
    return { events: outgoing.map((each) => sendable(each, call)) };
  } catch (error) {
    return { error: refusal(error) ?? logged(error, subscription.channel, call.log) };
  }
}

/** Handles messages concurrently. A failure rejects only its own message. */
async function publishEach({ routes, route }: Target, messages: readonly AppsyncMessage[], call: Call): Promise<readonly AppsyncOutgoing[]> {
  const unauthorized: unknown[] = [];
  const answer = async (message: AppsyncMessage): Promise<AppsyncOutgoing> => {
    try {
      const result = await callRoute(routes, route, message, call.invocation);
      return assertSize({ id: message.id, payload: result === undefined ? message.payload : result });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isUnauthorized(error)) unauthorized.push(error);
      return rejected(error, message);
    }
  };
  const answers = await answerEach({ records: messages, answer, toFailure: rejected, nameOf: ({ id }) => id }, call);
  if (unauthorized.length > 0) refusal(unauthorized[0]);
  return answers;
}

const rejected = (error: unknown, { id }: { readonly id: string }): AppsyncOutgoing => ({
  id,
  error: isHttpError(error) ? error.message : toErrorText(error),
});

/** Checks an item of a batch handler's result. An item that cannot be sent rejects only its own message. */
function sendable(outgoing: AppsyncOutgoing, { log }: Call): AppsyncOutgoing {
  try {
    return assertSize(outgoing);
  } catch (error) {
    log.failed('Record failed', error, { record: outgoing.id });
    return rejected(error, outgoing);
  }
}

/** @throws RangeError, LambdaError `NotJson` */
function assertSize(outgoing: AppsyncOutgoing): AppsyncOutgoing {
  const text = toJsonText(outgoing, 'A message for AppSync') ?? '';
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw new RangeError(`The message has ${bytes} bytes. AppSync drops messages above ${MAX_BYTES} bytes: send a smaller payload.`);
  return JSON.parse(text) as AppsyncOutgoing;
}

/**
 * Checks the result of a batch handler. It may have fewer items than messages, because the handler may filter. An item with an unknown id, or a
 * second one with the same id, would be lost.
 * @throws LambdaError `InvalidResponse`
 */
function toOutgoing(result: unknown, messages: readonly AppsyncMessage[]): readonly AppsyncOutgoing[] {
  const fits = (item: unknown): boolean =>
    isJsonObject(item) && typeof item['id'] === 'string' && (item['payload'] !== undefined || typeof item['error'] === 'string');
  if (!Array.isArray(result) || !result.every(fits)) throw invalid('A batch handler', result, 'return an array of { id, payload } and { id, error }');
  const open = new Set(messages.map(({ id }) => id));
  const wrong = (result as readonly AppsyncOutgoing[]).find(({ id }) => !open.delete(id));
  if (!wrong) return result as readonly AppsyncOutgoing[];
  const id = JSON.stringify(wrong.id.slice(0, 100));
  throw new LambdaError('InvalidResponse', `A batch handler of ${option} returned the id ${id} twice or for no message: return the id of each message once.`);
}

const invalid = (what: string, result: unknown, remedy: string): LambdaError =>
  new LambdaError('InvalidResponse', `${what} of ${option} returned ${Array.isArray(result) ? 'an array of another form' : `a ${typeof result}`}: ${remedy}.`);

/** Whether an error is a refusal by the handler and not a failure. */
const isRefusal = (error: unknown): boolean => isUnauthorized(error) || (isHttpError(error) && error.status < 500);

const isUnauthorized = (error: unknown): boolean =>
  (error as Error | undefined)?.name === 'UnauthorizedException' || (isHttpError(error) && (error.status === 401 || error.status === 403));

/**
 * Returns the message of a refusal, or `undefined` for a failure.
 * @throws `UnauthorizedException`, for which AppSync refuses the whole request with 403
 */
function refusal(error: unknown): string | undefined {
  if (isUnauthorized(error)) throw Object.assign(new Error((error as Error).message, { cause: error }), { name: 'UnauthorizedException' });
  return isHttpError(error) && error.status < 500 ? error.message : undefined;
}

function logged(error: unknown, channel: string, log: Call['log']): string {
  log.failed('Channel failed', error, { channel });
  return toErrorText(error);
}
