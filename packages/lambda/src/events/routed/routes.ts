import { LambdaError } from '../../errors.js';
import { isJsonObject } from '../../json/json-object.js';
import { formatValue, isFunction, unknownName } from '../../option-checks.js';
import type { BatchRoute, RouteTable } from '../contract/routes.js';

type AnyHandler = (...args: unknown[]) => unknown;

/** Rules for the routes of an option. */
export interface RouteRules {
  /** The option, as in `events.appsync`. */
  readonly option: string;
  /** Describes the mistake in a key. Returns `undefined` for a valid key. */
  readonly problem: (key: string) => string | undefined;
  /** Whether a route may be `{ batch }`. */
  readonly batches?: (key: string) => boolean;
}

/** @throws LambdaError `InvalidOptions` for a key or a handler that cannot work */
export function assertRoutes(routes: RouteTable, { option, problem, batches }: RouteRules): void {
  for (const [key, route] of Object.entries(routes)) {
    const fault = problem(key);
    if (fault) throw new LambdaError('InvalidOptions', `${option}: the key ${JSON.stringify(key)} cannot be a route: ${fault}.`);
    const allowed = batches?.(key) ? 'a function or { batch: function }' : 'a function';
    const fits = isFunction(route) || (batches?.(key) && isBatchRoute(route));
    if (!fits) throw new LambdaError('InvalidOptions', `${option}[${JSON.stringify(key)}]: expected ${allowed}, not ${formatValue(route)}.`);
  }
}

/** Whether a route handles all items at once. */
export const isBatchRoute = (route: unknown): route is BatchRoute<AnyHandler> => isJsonObject(route) && isFunction(route['batch']);

/** Calls a route. The table of routes is `this`, as for every other handler. A thrown error becomes a rejection. */
export const callRoute = async (routes: RouteTable, route: unknown, ...args: readonly unknown[]): Promise<unknown> =>
  Reflect.apply(isBatchRoute(route) ? route.batch : (route as AnyHandler), isBatchRoute(route) ? route : routes, args);

/** @throws LambdaError `NoHandler` */
export function routeFor(routes: RouteTable, key: string, option: string): unknown {
  if (Object.hasOwn(routes, key)) return routes[key];
  const name = JSON.stringify(key.slice(0, 200));
  throw new LambdaError('NoHandler', `No handler for ${name}: add ${option}: { ${name}: … } to the options of the handler.`);
}

/**
 * Checks that each step of a protocol has a handler. Otherwise a missing step would only be noticed when the protocol gets there.
 * @throws LambdaError `InvalidOptions`
 */
export function assertSteps(handlers: RouteTable, option: string, steps: readonly string[]): void {
  for (const name of Object.keys(handlers)) if (!steps.includes(name)) throw unknownName(`${option}.`, name, steps);
  for (const step of steps) {
    if (isFunction(handlers[step])) continue;
    throw new LambdaError(
      'InvalidOptions',
      `${option}.${step}: expected a function, not ${formatValue(handlers[step])}. If there is nothing to do, write ${step}: () => undefined.`,
    );
  }
}
