import { assertObject } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import { type WithoutUndefined, withoutUndefined } from '@suga/gateway/options';
import type { JWTHeaderParameters, JWTPayload, JWTVerifyOptions } from 'jose';
import type { TokenAlgorithm, TokenOptions } from '../contract.js';
import { missingSetting } from '../errors.js';
import { parseNumber, parseTexts } from '../option-checks.js';
import { usesSecret } from './token-keys.js';

const ALGORITHMS: readonly string[] = 'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
const MS = 'a number of milliseconds';

/**
 * A call's options before the settings; one that brings keys brings all of them. What is undefined is not given: it must not switch
 * off a check that the settings ask for.
 */
export function mergeOptions(settings: WithoutUndefined<TokenOptions>, options: Partial<TokenOptions> = {}): WithoutUndefined<TokenOptions> {
  assertObject('security', 'options', options);
  const own = parseOptions(options);
  const { jwks, publicKey, secret, ...rest } = settings;
  return ['jwks', 'publicKey', 'secret'].some((name) => name in own) ? { ...rest, ...own } : { ...settings, ...own };
}

const OPTION_NAMES: readonly string[] =
  'algorithm algorithms audience clockTolerance expiresIn issuer jwks keyId keySets maxAge privateKey publicKey requiredClaims secret subject type'.split(' ');

/** The options that are given. One that is misspelled asks for a check that is not made. @throws `InvalidParams` */
export function parseOptions<Options extends object>(options: Options): WithoutUndefined<Options> {
  const given = withoutUndefined(options);
  const unknown = Object.keys(given).find((name) => !OPTION_NAMES.includes(name));
  if (unknown !== undefined) throw invalidParam('security', unknown, undefined, `left out: options of tokens are ${OPTION_NAMES.join(', ')}`);
  return given;
}

/** Stated by the program, never by the token; and secrets apart from key pairs, or a public key could be made to serve as a secret. */
export function parseAlgorithms(algorithms: readonly TokenAlgorithm[] | undefined, operation: string): readonly TokenAlgorithm[] {
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw missingSetting(operation, "the algorithms that will do: algorithms: ['RS256']");
  if (!algorithms.every((each) => ALGORITHMS.includes(each))) throw invalidParam('security', 'algorithms', undefined, `among ${ALGORITHMS.join(', ')}`);
  if (algorithms.some(usesSecret) && !algorithms.every(usesSecret)) {
    throw invalidParam('security', 'algorithms', undefined, 'either all of shared secrets (HS…) or all of key pairs');
  }
  return algorithms;
}

/** The checks of a token, as jose understands them. @throws `InvalidParams` for each option that makes no sense, by name */
export function toVerifyOptions(options: WithoutUndefined<TokenOptions>, algorithms: readonly TokenAlgorithm[]): JWTVerifyOptions {
  const { issuer, audience, subject, type, clockTolerance = 5000, maxAge, requiredClaims = ['exp'] } = options;
  if (!Array.isArray(requiredClaims)) throw invalidParam('security', 'requiredClaims', requiredClaims, 'an array of names');
  return {
    algorithms: [...algorithms],
    clockTolerance: Math.floor(parseNumber('clockTolerance', clockTolerance, { of: MS }) / 1000),
    requiredClaims: requiredClaims.length > 0 ? parseTexts('requiredClaims', requiredClaims) : [],
    ...(isGiven(issuer) && { issuer: parseTexts('issuer', issuer) }),
    ...(isGiven(audience) && { audience: parseTexts('audience', audience) }),
    ...(isGiven(subject) && { subject: parseText('subject', subject) }),
    ...(isGiven(type) && { typ: parseText('type', type) }),
    ...(isGiven(maxAge) && { maxTokenAge: Math.floor(parseNumber('maxAge', maxAge, { of: MS }) / 1000) }),
    currentDate: new Date(Date.now()),
  };
}

/** The header and the claims that the options give a new token. @throws `InvalidParams` */
export function newTokenParts(
  options: WithoutUndefined<TokenOptions>,
  alg: TokenAlgorithm,
): { readonly header: JWTHeaderParameters & { alg: string }; readonly payload: JWTPayload } {
  const { issuer, audience, type, keyId, expiresIn = 900_000 } = options;
  const lifetime = Math.floor(parseNumber('expiresIn', expiresIn, { min: 1000, of: MS }) / 1000);
  const now = Math.floor(Date.now() / 1000);
  const iss = isGiven(issuer) ? parseTexts('issuer', issuer)[0] : undefined;
  const aud = isGiven(audience) ? parseAudience(audience) : undefined;
  return {
    header: { alg, typ: isGiven(type) ? parseText('type', type) : 'JWT', ...(keyId !== undefined && { kid: parseText('keyId', keyId) }) },
    payload: { ...(iss !== undefined && { iss }), ...(aud !== undefined && { aud }), iat: now, exp: now + lifetime },
  };
}

/** `false` is the word that switches a check off. */
const isGiven = <T>(value: T | false | undefined): value is T => value !== undefined && value !== false;

function parseText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParam('security', name, value, 'a non-empty string');
}

/** As it was given: a list stays a list, also one of one (RFC 7519, 4.1.3, allows both). */
const parseAudience = (audience: string | readonly string[]): string | string[] =>
  typeof audience === 'string' ? parseText('audience', audience) : parseTexts('audience', audience);
