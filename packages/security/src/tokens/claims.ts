import { assertObject } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { JWTPayload } from 'jose';

/** Merges claims over the defaults and converts them to JSON values. Undefined claims replace nothing. @throws `InvalidParams` */
export function toPayload(defaults: object, claims: object): JWTPayload {
  assertObject('security', 'claims', claims);
  // JSON leaves these out. A function called `toJSON` has to go first, because JSON.stringify would use its result for the whole object.
  const own = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && typeof value !== 'function'));
  for (const name of ['exp', 'nbf', 'iat']) {
    if (!Object.hasOwn(own, name) || Number.isFinite(own[name])) continue;
    throw invalidParam('security', `claims.${name}`, own[name], 'a number of seconds since 1970');
  }
  return throughJson({ ...defaults, ...own });
}

function throughJson(payload: object): JWTPayload {
  try {
    return JSON.parse(JSON.stringify(payload)) as JWTPayload;
  } catch (cause) {
    // The message of the cause names the circular property, and no value.
    throw Object.assign(invalidParam('security', 'claims', undefined, 'a value that JSON can represent'), cause !== undefined && { cause });
  }
}

/** Removes every `__proto__`, because code that copies a claim by assignment would set a prototype with it. There is no recursion: claims may be deeply nested. */
export function removeProto(claims: object): object {
  const pending: unknown[] = [claims];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    pending.push(...Object.values(value));
  }
  return claims;
}
