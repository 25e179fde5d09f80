import { CONTROL, type Gateway, type Handler } from './gateway.js';

type Wrapped<Contract, Name extends string> = {
  readonly [Operation in keyof Contract & string as `${Name}${Capitalize<Operation>}`]: Contract[Operation];
};
type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never;

/** The operations of interfaces as functions with names of their own: `cacheGet`, `loggingInfo`. */
export type Wrappers<Contracts, Name extends keyof Contracts> = Intersection<Name extends string ? Wrapped<Contracts[Name], Name> : never>;

/**
 * Named functions for the operations of the given interfaces, the very functions the facade has:
 * `const { cacheGet, cacheSet } = wrappers(gateway, 'cache')`. Loads none of them.
 */
export function wrappers<Contracts extends object, Name extends keyof Contracts & string>(
  gateway: Gateway<Contracts>,
  ...interfaces: readonly Name[]
): Wrappers<Contracts, Name> {
  const named: Record<string, unknown> = {};
  for (const name of interfaces) {
    const facade = gateway[name] as Record<string, Handler>;
    for (const operation of Object.keys(gateway[CONTROL].operations(name))) {
      named[name + operation.charAt(0).toUpperCase() + operation.slice(1)] = facade[operation];
    }
  }
  return named as Wrappers<Contracts, Name>;
}

/** A facade: an interface's operations as the functions their slots give out. */
export function facadeOf(slots: ReadonlyMap<string, { readonly call: Handler }>): object {
  const facade: Record<string, Handler> = {};
  for (const [name, { call }] of slots) facade[name] = call;
  return Object.freeze(facade);
}

/** The gateway object itself. A facade is a plain property: read in 1 ns, where one redefined from a getter takes 11. */
export class Facades {
  readonly gateway: object = {};
  readonly #make: (name: string) => object;
  readonly #lazy = new Map<string, { facade: object | undefined }>();

  constructor(make: (name: string) => object) {
    this.#make = make;
  }

  add(name: string, facade: object): void {
    const lazy = this.#lazy.get(name);
    if (lazy) lazy.facade = facade;
    else Object.defineProperty(this.gateway, name, { configurable: true, enumerable: true, value: facade });
  }

  /** Adds a facade that is made when it is first read; the getter stays (2.5 ns). */
  addLazy(name: string): void {
    const held: { facade: object | undefined } = { facade: undefined };
    this.#lazy.set(name, held);
    Object.defineProperty(this.gateway, name, { enumerable: true, get: () => (held.facade ??= this.#make(name)) });
  }

  remove(name: string): void {
    const lazy = this.#lazy.get(name);
    if (lazy) lazy.facade = undefined;
    else delete (this.gateway as Record<string, object>)[name];
  }
}
