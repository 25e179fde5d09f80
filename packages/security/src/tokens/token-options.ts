import { assertName, assertNames, assertNumber, assertObject, MILLISECONDS } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import { type WithoutUndefined, withoutUndefined } from '@suga/gateway/options';
import type { JWTHeaderParameters, JWTPayload, JWTVerifyOptions } from 'jose';
import type { TokenAlgorithm, TokenOptions } from '../contract.js';
import { missingSetting } from '../errors.js';
import { parseTexts } from '../option-checks.js';
import { usesSecret } from './token-keys.js';

const ALGORITHMS: readonly string[] = 'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/**
 * Merges the options of a call over the settings. If a call passes a key source, all key sources of the settings are ignored. Undefined
 * options are ignored: they must not switch off a check of the settings.
 */
export function mergeOptions(settings: WithoutUndefined<TokenOptions>, options: Partial<TokenOptions> = {}): WithoutUndefined<TokenOptions> {
  assertObject('security', 'options', options);
  const own = parseOptions(options);
  const { jwks, publicKey, secret, ...rest } = settings;
  return ['jwks', 'publicKey', 'secret'].some((name) => name in own) ? { ...rest, ...own } : { ...settings, ...own };
}

const OPTION_NAMES: readonly string[] =
  'algorithm algorithms audience clockTolerance expiresIn issuer jwks keyId keySets maxAge privateKey publicKey requiredClaims secret subject type'.split(' ');

/** Returns the options that are defined. A misspelled option is refused, because its check would not be made. @throws `InvalidParams` */
export function parseOptions<Options extends object>(options: Options): WithoutUndefined<Options> {
  const given = withoutUndefined(options);
  const unknown = Object.keys(given).find((name) => !OPTION_NAMES.includes(name));
  if (unknown !== undefined) throw invalidParam('security', unknown, undefined, `left out: options of tokens are ${OPTION_NAMES.join(', ')}`);
  return given;
}

/** Checks the allowed algorithms. The program states them, never the token. Secrets and key pairs do not mix: otherwise an attacker could use a public key as a secret. */
export function parseAlgorithms(algorithms: readonly TokenAlgorithm[] | undefined, operation: string): readonly TokenAlgorithm[] {
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw missingSetting(operation, "the allowed algorithms: algorithms: ['RS256']");
  if (!algorithms.every((each) => ALGORITHMS.includes(each))) throw invalidParam('security', 'algorithms', undefined, `among ${ALGORITHMS.join(', ')}`);
  if (algorithms.some(usesSecret) && !algorithms.every(usesSecret)) {
    throw invalidParam('security', 'algorithms', undefined, 'algorithms of one kind: shared secrets (HS…) or key pairs');
  }
  return algorithms;
}

/** Converts the checks of a token to options of jose. @throws `InvalidParams` with the name of an invalid option */
export function toVerifyOptions(options: WithoutUndefined<TokenOptions>, algorithms: readonly TokenAlgorithm[]): JWTVerifyOptions {
  const { issuer, audience, subject, type, clockTolerance = 5000, maxAge, requiredClaims = ['exp'] } = options;
  return {
    algorithms: [...algorithms],
    clockTolerance: toSeconds('clockTolerance', clockTolerance),
    requiredClaims: [...assertNames('security', 'requiredClaims', requiredClaims)],
    ...(isGiven(issuer) && { issuer: parseTexts('issuer', issuer) }),
    ...(isGiven(audience) && { audience: parseTexts('audience', audience) }),
    ...(isGiven(subject) && { subject: assertName('security', 'subject', subject) }),
    ...(isGiven(type) && { typ: assertName('security', 'type', type) }),
    ...(isGiven(maxAge) && { maxTokenAge: toSeconds('maxAge', maxAge) }),
    currentDate: new Date(Date.now()),
  };
}

/** Returns the header and the claims that the options add to a new token. @throws `InvalidParams` */
export function newTokenParts(
  options: WithoutUndefined<TokenOptions>,
  alg: TokenAlgorithm,
): { readonly header: JWTHeaderParameters & { alg: string }; readonly payload: JWTPayload } {
  const { issuer, audience, type, keyId, expiresIn = 900_000 } = options;
  const lifetime = toSeconds('expiresIn', expiresIn, 1000);
  const now = Math.floor(Date.now() / 1000);
  const iss = isGiven(issuer) ? parseTexts('issuer', issuer)[0] : undefined;
  const aud = isGiven(audience) ? parseAudience(audience) : undefined;
  return {
    header: {
      alg,
      typ: isGiven(type) ? assertName('security', 'type', type) : 'JWT',
      ...(keyId !== undefined && { kid: assertName('security', 'keyId', keyId) }),
    },
    payload: { ...(iss !== undefined && { iss }), ...(aud !== undefined && { aud }), iat: now, exp: now + lifetime },
  };
}

/** Whether an option has a value. `false` switches a check off. */
const isGiven = <T>(value: T | false | undefined): value is T => value !== undefined && value !== false;

/** Converts a duration in ms to whole seconds. @throws `InvalidParams` unless it is a number of at least `min` whose arithmetic is exact */
const toSeconds = (name: string, ms: number, min = 0): number =>
  Math.floor(assertNumber('security', name, ms, { min, max: Number.MAX_SAFE_INTEGER, unit: MILLISECONDS }) / 1000);

/** Returns the audience in its given form: an array stays an array, even of one item (RFC 7519, 4.1.3, allows both). */
const parseAudience = (audience: string | readonly string[]): string | string[] =>
  typeof audience === 'string' ? assertName('security', 'audience', audience) : parseTexts('audience', audience);
