import { assertObject } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { JWTPayload } from 'jose';

/** Claims after the defaults, as JSON holds them: what is undefined replaces nothing. @throws `InvalidParams` */
export function toPayload(defaults: object, claims: object): JWTPayload {
  assertObject('security', 'claims', claims);
  // What JSON would leave out; and a function called `toJSON` would decide on the whole.
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
    // Its message names what is circular, and no value.
    throw Object.assign(invalidParam('security', 'claims', undefined, 'what JSON can hold: no BigInt, no circle'), cause !== undefined && { cause });
  }
}

/** Without any `__proto__`: whoever copies a claim with an assignment would get it for a prototype. No recursion: claims may be nested deep. */
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
