import { controlOf } from './controls.js';
import type { Gateway, Handler } from './gateway.js';

type Wrapped<Contract, Name extends string> = {
  readonly [Operation in keyof Contract & string as `${Name}${Capitalize<Operation>}`]: Contract[Operation];
};
type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never;

/** The operations of interfaces as named functions: `cacheGet`, `loggingInfo`. */
export type Wrappers<Contracts, Name extends keyof Contracts> = Intersection<Name extends string ? Wrapped<Contracts[Name], Name> : never>;

/**
 * Returns the operations of the given interfaces as named functions: `const { cacheGet, cacheSet } = wrappers(gateway, 'cache')`. They are
 * the functions that the facade has at this moment. It loads no interface.
 */
export function wrappers<Contracts extends object, Name extends keyof Contracts & string>(
  gateway: Gateway<Contracts>,
  ...interfaces: readonly Name[]
): Wrappers<Contracts, Name> {
  const named: Record<string, unknown> = {};
  const control = controlOf(gateway, 'wrappers');
  for (const name of interfaces) {
    const facade = gateway[name] as Record<string, Handler>;
    for (const operation of Object.keys(control.operations(name))) {
      named[name + operation.charAt(0).toUpperCase() + operation.slice(1)] = facade[operation];
    }
  }
  return named as Wrappers<Contracts, Name>;
}
