import { isName } from './loading/validate-definition.js';

/** Names that programs ask any object for, and take what they get for an answer. */
const PROBES = new Set(['asymmetricMatch', 'default', 'inspect', 'nodeType', 'toJSON']);

/**
 * Has a call of an interface that is not there fail with what to do, where a type promises the interface: as `undefined` it would fail as well,
 * and say nothing. Reading the name gives an object whose operations fail, because programs read names of any object to see what it is.
 * At the end of the prototypes, so that nothing that is there is slower for it.
 * @param toError Makes the error for a name.
 */
export function explainUnknownNames(gateway: object, toError: (name: string) => Error): void {
  const absent = (of: string): object =>
    endingIn((name) => {
      if (name !== 'toJSON') throw toError(of);
    });
  const end = endingIn((name) => (PROBES.has(name) ? undefined : absent(name)));
  Object.setPrototypeOf(Object.getPrototypeOf(gateway), end);
}

/** An object of which names that could be an interface's or an operation's are answered by `answer`; all others as of any object. */
const endingIn = (answer: (name: string) => unknown): object =>
  new Proxy(Object.prototype, {
    get: (target, name, receiver) => (typeof name === 'string' && isName(name) ? answer(name) : Reflect.get(target, name, receiver)),
  });
