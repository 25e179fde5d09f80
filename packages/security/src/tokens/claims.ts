import { invalidParam } from '@suga/gateway/errors';
import type { JWTPayload } from 'jose';

/** Claims after the defaults, as JSON holds them: what is undefined replaces nothing. @throws `InvalidParams` */
export function payloadOf(defaults: object, claims: object): JWTPayload {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw invalidParam('security', 'claims', claims, 'an object');
  // What JSON would leave out; and a function called `toJSON` would decide on the whole.
  const given = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && typeof value !== 'function'));
  for (const name of ['exp', 'nbf', 'iat']) {
    if (!Object.hasOwn(given, name) || Number.isFinite(given[name])) continue;
    throw invalidParam('security', `claims.${name}`, given[name], 'a number of seconds since 1970');
  }
  return asJson({ ...defaults, ...given });
}

function asJson(payload: object): JWTPayload {
  try {
    return JSON.parse(JSON.stringify(payload)) as JWTPayload;
  } catch (cause) {
    // Its message names what is circular, and no value.
    throw Object.assign(invalidParam('security', 'claims', undefined, 'what JSON can hold: no BigInt, no circle'), cause !== undefined && { cause });
  }
}

/** Without any `__proto__`: whoever copies a claim with an assignment would get it for a prototype. No recursion: claims may be nested deep. */
export function harmless(claims: object): object {
  const rest: unknown[] = [claims];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    rest.push(...Object.values(value));
  }
  return claims;
}
