import { controlOf } from './controls.js';
import type { Gateway, Handler } from './gateway.js';

type Wrapped<Contract, Name extends string> = {
  readonly [Operation in keyof Contract & string as `${Name}${Capitalize<Operation>}`]: Contract[Operation];
};
type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never;

/** The operations of interfaces as functions with names of their own: `cacheGet`, `loggingInfo`. */
export type Wrappers<Contracts, Name extends keyof Contracts> = Intersection<Name extends string ? Wrapped<Contracts[Name], Name> : never>;

/**
 * Named functions for the operations of the given interfaces, those that the facade has at the time:
 * `const { cacheGet, cacheSet } = wrappers(gateway, 'cache')`. Loads none of them.
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

/** What a facade's function needs of a slot. */
interface Target {
  fn: Handler;
  calls: number;
}

/** From this many calls on, an operation's function on the facade is worth a place of its own in the source. */
const HOT = 1000;
let places = 0;

/** A facade: an interface's operations as functions that count the call and read their slot. */
export function facadeOf(slots: ReadonlyMap<string, Target>): Readonly<Record<string, Handler>> {
  const facade: Record<string, Handler> = {};
  for (const [name, slot] of slots) {
    const shared: Handler = (...args) => {
      // Unless somebody has put a function of their own there, a spy perhaps.
      if (++slot.calls === HOT && facade[name] === shared) facade[name] = inPlace(slot, shared);
      const { fn } = slot;
      return fn(...args);
    };
    facade[name] = shared;
  }
  return facade;
}

/**
 * The same function, generated. V8 keeps what it learns of a call by the call's place in the source: all operations share
 * the one above, which therefore is never inlined (measured on a warm `cache.get`: 1.13 times a direct call, 1.01 with a
 * place of its own). Generating takes some 50 µs, which a cold start should not pay for calls it may never make.
 */
function inPlace(slot: Target, shared: Handler): Handler {
  try {
    return new Function('s', `/*${places++}*/return(...a)=>{s.calls++;const{fn}=s;return fn(...a)}`)(slot) as Handler;
  } catch {
    // Node was started with --disallow-code-generation-from-strings.
    return shared;
  }
}

/**
 * The gateway object itself. A facade is made when it is first read, and from then on is a property of the gateway's own,
 * in front of the getter it came from: read in 1 ns, where the getter takes 2.5, and 11 if it were redefined as a value.
 */
export class Facades {
  readonly gateway: object;
  readonly #getters = {};
  readonly #make: (name: string) => object;

  constructor(make: (name: string) => object) {
    this.#make = make;
    this.gateway = Object.create(this.#getters);
  }

  add(name: string): void {
    Object.defineProperty(this.#getters, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = this.#make(name);
        Object.defineProperty(this.gateway, name, { configurable: true, enumerable: true, value });
        return value;
      },
    });
  }

  /** Forgets a facade; `again` keeps the getter, for another one to be made. */
  remove(name: string, again: boolean): void {
    delete (this.gateway as Record<string, object>)[name];
    if (!again) delete (this.#getters as Record<string, object>)[name];
  }
}
