import { isObject } from './bundled/check.js';
import { controlOf } from './controls.js';
import { type AnyInterface, CONTROL, type Gateway, type Interface, type Middleware, type TypedControl } from './gateway.js';
import { errors } from './lazy.js';
import { type Lazy, Registry } from './registry.js';
import { explainUnknownNames } from './unknown-names.js';

/** Settings of a gateway. */
export interface GatewayOptions {
  /** Middleware around all operations. The first one is the innermost: it runs last, directly before the operation. @default [] */
  readonly middleware?: readonly Middleware[] | undefined;
}

/**
 * Creates a gateway over the given interfaces. It loads none of them: the first call of an interface loads it.
 * @throws `InvalidDefinition` for an invalid definition or name; `InvalidParams` if the argument is not an object of definitions
 */
export function createGateway<Contracts extends Record<keyof Contracts, object>>(
  interfaces: { readonly [Name in keyof Contracts]: Interface<Contracts[Name]> },
  options: GatewayOptions = {},
): Gateway<Contracts> {
  const { middleware = [] } = options ?? {};
  if (!isObject(interfaces) || !isObject(options) || !Array.isArray(middleware)) throw errors().notCreatable(interfaces, options);
  const registry = new Registry(new Map());
  for (const [name, definition] of Object.entries(interfaces)) registry.register(name, definition as AnyInterface);
  for (const each of middleware) registry.use(each);
  return gatewayOf(registry) as Gateway<Contracts>;
}

/** Creates a gateway over interfaces of which only the names are known. `@suga/gateway/auto` uses it. */
export const createLazyGateway = (lazy: Lazy): Gateway => {
  const registry = new Registry(lazy);
  const gateway = gatewayOf(registry);
  explainUnknownNames(gateway, (name) => errors().notThere(name, registry.names()));
  return gateway;
};

/**
 * Returns the controls of a gateway: `control(gateway).stats()`.
 * @throws `InvalidParams` if the argument is not a gateway
 */
export const control = <Contracts extends object>(gateway: Gateway<Contracts>): TypedControl<Contracts> => controlOf(gateway, 'control');

function gatewayOf(registry: Registry): Gateway {
  const { gateway } = registry.facades;
  return Object.defineProperty(gateway, CONTROL, { value: registry }) as Gateway;
}
