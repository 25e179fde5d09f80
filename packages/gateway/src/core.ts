import { type AnyInterface, CONTROL, type Control, type Controlled, type Gateway, type Interface, type Middleware } from './gateway.js';
import { type Lazy, Registry } from './registry.js';

/** Settings of a gateway. */
export interface GatewayOptions {
  /** How operations run; the first is the innermost. @default [] */
  readonly middleware?: readonly Middleware[];
}

/**
 * Makes a gateway over the given interfaces. Loads none of them: each is loaded by its first call.
 * @throws `InvalidDefinition` for a definition or a name that cannot work
 */
export function createGateway<Contracts extends Record<keyof Contracts, object>>(
  interfaces: { readonly [Name in keyof Contracts]: Interface<Contracts[Name]> },
  { middleware = [] }: GatewayOptions = {},
): Gateway<Contracts> {
  const registry = new Registry(new Map());
  for (const [name, definition] of Object.entries(interfaces)) registry.register(name, definition as AnyInterface);
  for (const each of middleware) registry.use(each);
  return gatewayOf(registry) as Gateway<Contracts>;
}

/** A gateway over interfaces that are known by name alone. What `auto` is made of. */
export const createLazyGateway = (lazy: Lazy): Gateway => gatewayOf(new Registry(lazy));

/** The controls of a gateway: `control(gateway).stats()`. */
export const control = (gateway: Controlled): Control => gateway[CONTROL];

function gatewayOf(registry: Registry): Gateway {
  const { gateway } = registry.facades;
  return Object.defineProperty(gateway, CONTROL, { value: registry }) as Gateway;
}
