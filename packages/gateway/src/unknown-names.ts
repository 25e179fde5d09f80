import { isName } from './loading/validate-definition.js';

/** Names that programs read from any object, and whose value they act on. */
const PROBES = new Set(['asymmetricMatch', 'default', 'inspect', 'nodeType', 'toJSON']);

/**
 * Makes calls of a missing interface fail with an error that says what to do. A type may promise an interface that is missing; `undefined`
 * would then fail without an explanation. Reading the name returns an object whose operations throw. The read itself does not throw,
 * because programs read names of any object to see what it is. The check is at the end of the prototype chain, so that it slows nothing down.
 * @param toError Creates the error for a name.
 */
export function explainUnknownNames(gateway: object, toError: (name: string) => Error): void {
  const absent = (of: string): object =>
    endingIn((name) => {
      if (name !== 'toJSON') throw toError(of);
    });
  const end = endingIn((name) => (PROBES.has(name) ? undefined : absent(name)));
  Object.setPrototypeOf(Object.getPrototypeOf(gateway), end);
}

/** Creates an object that calls `answer` for every name that could be an interface or an operation. Other names behave as on any object. */
const endingIn = (answer: (name: string) => unknown): object =>
  new Proxy(Object.prototype, {
    get: (target, name, receiver) => (typeof name === 'string' && isName(name) ? answer(name) : Reflect.get(target, name, receiver)),
  });
