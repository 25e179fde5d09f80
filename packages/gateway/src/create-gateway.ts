import { controlOf } from './controls.js';
import { type AnyInterface, CONTROL, type Gateway, type Interface, type Middleware, type TypedControl } from './gateway.js';
import { faults } from './lazy.js';
import { type Lazy, Registry } from './registry.js';
import { explainUnknownNames } from './unknown-names.js';

/** Settings of a gateway. */
export interface GatewayOptions {
  /** How operations run; the first is the innermost. @default [] */
  readonly middleware?: readonly Middleware[] | undefined;
}

/**
 * Makes a gateway over the given interfaces. Loads none of them: each is loaded by its first call.
 * @throws `InvalidDefinition` for a definition or a name that cannot work; `InvalidParams` for what is no object of definitions
 */
export function createGateway<Contracts extends Record<keyof Contracts, object>>(
  interfaces: { readonly [Name in keyof Contracts]: Interface<Contracts[Name]> },
  options: GatewayOptions = {},
): Gateway<Contracts> {
  const { middleware = [] } = options ?? {};
  if (!isObject(interfaces) || !isObject(options) || !Array.isArray(middleware)) throw faults().notCreatable(interfaces, options);
  const registry = new Registry(new Map());
  for (const [name, definition] of Object.entries(interfaces)) registry.register(name, definition as AnyInterface);
  for (const each of middleware) registry.use(each);
  return gatewayOf(registry) as Gateway<Contracts>;
}

/** A gateway over interfaces that are known by name alone. What `auto` is made of. */
export const createLazyGateway = (lazy: Lazy): Gateway => {
  const registry = new Registry(lazy);
  const gateway = gatewayOf(registry);
  explainUnknownNames(gateway, (name) => faults().notThere(name, registry.names()));
  return gateway;
};

/**
 * The controls of a gateway: `control(gateway).stats()`.
 * @throws `InvalidParams` for anything else
 */
export const control = <Contracts extends object>(gateway: Gateway<Contracts>): TypedControl<Contracts> => controlOf(gateway, 'control');

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function gatewayOf(registry: Registry): Gateway {
  const { gateway } = registry.facades;
  return Object.defineProperty(gateway, CONTROL, { value: registry }) as Gateway;
}
