import type { AppSyncResolverEvent } from 'aws-lambda';
import { LambdaError } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';
import { toJsonSafe } from '../../json/json-safe.js';
import type { AppsyncRequest } from '../contract/appsync.js';
import type { RouteTable } from '../contract/routes.js';
import type { Runner } from '../contract/runner.js';
import { answerEach } from '../records/batch.js';
import { assertRoutes, callRoute, isBatchRoute, routeFor } from './routes.js';

type ResolverEvent = AppSyncResolverEvent<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>> | null>;
/** An event of any form. Amplify's `@function` directive sends names instead of `info`. */
type AnyResolverEvent = ResolverEvent | (Omit<ResolverEvent, 'info'> & { readonly info?: undefined; readonly typeName: string; readonly fieldName: string });

/** The response for one object of a batch, in the form that AppSync expects from a direct Lambda resolver. */
interface BatchResult {
  readonly data: unknown;
  readonly errorMessage?: string;
  readonly errorType?: string;
}

const option = 'events.appsync';

/** @throws LambdaError `InvalidOptions` */
export function createAppsync(routes: RouteTable): Runner {
  const isKey = (key: string): boolean => /^[_A-Za-z]\w*\.[_A-Za-z]\w*$/.test(key);
  assertRoutes(routes, { option, problem: (key) => (isKey(key) ? undefined : 'write a type and a field, like "Query.getPost"'), batches: () => true });
  return async (call) =>
    Array.isArray(call.event)
      ? resolveBatch(routes, (call.event as readonly AnyResolverEvent[]).map(toRequest), call)
      : toData(await resolveOne(routes, toRequest(call.event as AnyResolverEvent), call));
}

const toRequest = (event: AnyResolverEvent): AppsyncRequest => ({
  type: event.info ? event.info.parentTypeName : event.typeName,
  field: event.info ? event.info.fieldName : event.fieldName,
  args: event.arguments,
  source: event.source,
  identity: event.identity,
  headers: event.request?.headers ?? {},
  selection: event.info?.selectionSetList ?? [],
  event: event as ResolverEvent,
});

const routeOf = (routes: RouteTable, { type, field }: AppsyncRequest): unknown => routeFor(routes, `${type}.${field}`, option);

async function resolveOne(routes: RouteTable, request: AppsyncRequest, { guard, invocation }: Call): Promise<unknown> {
  const route = routeOf(routes, request);
  if (!isBatchRoute(route)) return guard.within(callRoute(routes, route, request, invocation));
  const [result] = assertResults(await guard.within(callRoute(routes, route, [request], invocation)), 1);
  if (result instanceof Error) throw result;
  return result;
}

async function resolveBatch(routes: RouteTable, requests: readonly AppsyncRequest[], call: Call): Promise<readonly BatchResult[]> {
  const route = routeOf(routes, requests[0] as AppsyncRequest);
  const isOneField = requests.every(({ type, field }) => type === requests[0]?.type && field === requests[0].field);
  if (isOneField && isBatchRoute(route)) {
    const results = assertResults(await call.guard.within(callRoute(routes, route, requests, call.invocation)), requests.length);
    return results.map(toResult);
  }
  const answer = async (request: AppsyncRequest): Promise<BatchResult> => toResult(await resolveOne(routes, request, call));
  const nameOf = (request: AppsyncRequest): string => `${request.type}.${request.field}[${requests.indexOf(request)}]`;
  // A failure is the error of its own object. The other objects still get their field.
  return answerEach({ records: requests, answer, toFailure: toError, nameOf }, call);
}

const toData = (value: unknown): unknown => (value === undefined ? undefined : toJsonSafe(value, option));

const toResult = (value: unknown): BatchResult => (value instanceof Error ? toError(value) : { data: toData(value) ?? null });

const toError = (error: unknown): BatchResult =>
  error instanceof Error ? { data: null, errorMessage: error.message, errorType: error.name } : { data: null, errorMessage: String(error), errorType: 'Error' };

/** @throws LambdaError `InvalidResponse` for a wrong number of results. AppSync could not assign them to the objects. */
function assertResults(results: unknown, length: number): readonly unknown[] {
  if (Array.isArray(results) && results.length === length) return results;
  const got = Array.isArray(results) ? `${results.length} results` : `a ${typeof results}`;
  throw new LambdaError('InvalidResponse', `A batch resolver of ${option} returned ${got} for ${length} requests: return a list with one result per request.`);
}
