import { type Call, Fault, type Service } from './server.ts';

/** The switches of a store that a test may set while the store runs. */
export interface Access {
  /** Names that the caller's role may not read. */
  readonly denied: Set<string>;
  /** Names whose key the caller's role may not use. */
  readonly keyDenied: Set<string>;
  /** Called before every operation with its name: throw a `Fault` to fail it, return a promise to make it slow. */
  before: (operation: string) => unknown;
}

export function openAccess(): Access {
  return { denied: new Set(), keyDenied: new Set(), before: () => undefined };
}

const USER = 'User: arn:aws:sts::123456789012:assumed-role/shop/shop';

/** Creates the fault with which AWS denies an action. */
export function denial(action: string, resource: string): Fault {
  const text = `${USER} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return new Fault('AccessDeniedException', text);
}

/** The key that encrypts everything in these fakes. */
export const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** Creates the fault with which AWS refuses the length of a list or the form of a string. */
export function invalid(message: string, code = 'ValidationException'): Fault {
  return new Fault(code, message);
}

/** A fake that counts calls by the IAM action that allows them (`lambda:PutFunctionConcurrency`). `denied` contains actions. */
export interface Counted extends Access {
  readonly service: Service;
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Wraps operations so that each is counted, can be denied and can be made to fail. `before` is called with the action.
 * The members of `more` become members of the fake.
 */
export function counted<More extends object>(
  operations: Readonly<Record<string, readonly [action: string, run: (call: Call) => unknown]>>,
  more: More,
): Counted & More {
  const counts = new Map<string, number>();
  const wrap =
    ([action, run]: readonly [string, (call: Call) => unknown]) =>
    async (call: Call): Promise<unknown> => {
      counts.set(action, (counts.get(action) ?? 0) + 1);
      await fake.before(action);
      if (fake.denied.has(action)) throw denial(action, '*');
      return run(call);
    };
  const service = Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, wrap(operation)]));
  const fake = { ...openAccess(), service, counts, ...more };
  return fake;
}
