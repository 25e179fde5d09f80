import { Fault } from './server.ts';

/** What a test may change of a store while it runs. */
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

/** The fault with which AWS denies an action. */
export function denial(action: string, resource: string): Fault {
  const text = `${USER} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return new Fault('AccessDeniedException', text);
}

/** The key that everything here is encrypted with. */
export const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** How AWS refuses a list's length or a text's form. */
export function invalid(message: string, code = 'ValidationException'): Fault {
  return new Fault(code, message);
}
