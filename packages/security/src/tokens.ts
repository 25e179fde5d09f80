import type { Host } from '@suga/gateway';
import { invalidParam, isSugaError } from '@suga/gateway/errors';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { harmless, payloadOf } from './claims.js';
import type { Claims, SecurityStats, SignOptions, TokenAlgorithm, TokenOptions, TokenProblem, VerifyOptions } from './contract.js';
import { invalidToken, notSet } from './errors.js';
import { isShared, TokenKeys } from './token-keys.js';

/** More than any header of a request may have. */
const MAX_TOKEN = 16_384;

const ALGORITHMS: readonly string[] = 'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

export class Tokens {
  readonly #defaults: TokenOptions;
  readonly #keys: TokenKeys;
  #verified = 0;
  #refused = 0;

  constructor(defaults: TokenOptions, host: Host) {
    this.#defaults = defaults;
    this.#keys = new TokenKeys(host, defaults.keySets);
  }

  async verify(token: string | undefined, given?: VerifyOptions): Promise<Claims> {
    const options = combined(this.#defaults, given);
    const algorithms = stated(options.algorithms, 'verifyToken');
    const expected = expectations(options, algorithms);
    const find = await this.#keys.verifying(options, algorithms);
    try {
      if (typeof token !== 'string' || token.length > MAX_TOKEN) throw invalidToken('malformed');
      const { payload } = await anyKey(canonical(token.replace(/^Bearer +/i, '')), find, expected);
      this.#verified++;
      return harmless(payload) as Claims;
    } catch (error) {
      const told = isSugaError<string>(error) ? error : refusal(error);
      if (isSugaError<string>(told, 'InvalidToken')) this.#refused++;
      throw told;
    }
  }

  async sign(claims: object, given?: SignOptions): Promise<string> {
    const options = combined(this.#defaults, given as Partial<TokenOptions> | undefined);
    const { audience, keyId, expiresIn = 900_000, type = 'JWT' } = options;
    const [algorithm] = stated(options.algorithm ? [options.algorithm] : options.algorithms, 'signToken') as [TokenAlgorithm];
    if (typeof expiresIn !== 'number' || !(expiresIn >= 1000)) throw invalidParam('security', 'expiresIn', expiresIn, 'a number of milliseconds from 1000');
    const now = Math.floor(Date.now() / 1000);
    const [issuer] = [options.issuer ?? []].flat();
    const payload = payloadOf(
      { ...(issuer && { iss: issuer }), ...(audience && { aud: audience }), iat: now, exp: now + Math.floor(expiresIn / 1000) },
      claims,
    );
    const header = { alg: algorithm, typ: type, ...(keyId !== undefined && { kid: keyId }) };
    return new SignJWT(payload).setProtectedHeader(header).sign(await this.#keys.signing(options, algorithm));
  }

  /** How many fetched key sets would be missed. */
  get held(): number {
    return this.#keys.held;
  }

  stats(): SecurityStats['tokens'] {
    return { verified: this.#verified, refused: this.#refused, keyFetches: this.#keys.fetches };
  }
}

/** A call's options before the settings; one that brings keys brings all of them. */
function combined(defaults: TokenOptions, given: Partial<TokenOptions> = {}): TokenOptions {
  if (typeof given !== 'object' || given === null) throw invalidParam('security', 'options', given, 'an object');
  const { jwks, publicKey, secret, ...rest } = defaults;
  return given.jwks || given.publicKey || given.secret ? { ...rest, ...given } : { ...defaults, ...given };
}

/** Stated by the program, never by the token; and secrets apart from key pairs, or a public key could be made to serve as a secret. */
function stated(algorithms: readonly TokenAlgorithm[] | undefined, operation: string): readonly TokenAlgorithm[] {
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw notSet(operation, "the algorithms that will do: algorithms: ['RS256']");
  if (!algorithms.every((each) => ALGORITHMS.includes(each))) throw invalidParam('security', 'algorithms', undefined, `among ${ALGORITHMS.join(', ')}`);
  if (algorithms.some(isShared) && !algorithms.every(isShared)) {
    throw invalidParam('security', 'algorithms', undefined, 'either all of shared secrets (HS…) or all of key pairs');
  }
  return algorithms;
}

function expectations(options: VerifyOptions, algorithms: readonly TokenAlgorithm[]): JWTVerifyOptions {
  const { issuer, audience, subject, type, clockTolerance = 5000, maxAge, requiredClaims = ['exp'] } = options;
  for (const [name, value] of Object.entries({ clockTolerance, maxAge: maxAge ?? 0 })) {
    if (typeof value !== 'number' || !(value >= 0)) throw invalidParam('security', name, value, 'a number of milliseconds');
  }
  return {
    algorithms: [...algorithms],
    clockTolerance: Math.floor(clockTolerance / 1000),
    requiredClaims: [...requiredClaims],
    ...(issuer !== undefined && { issuer: [issuer].flat() }),
    ...(audience !== undefined && { audience: [audience].flat() }),
    ...(subject !== undefined && { subject }),
    ...(type !== undefined && { typ: type }),
    ...(maxAge !== undefined && { maxTokenAge: Math.floor(maxAge / 1000) }),
    currentDate: new Date(Date.now()),
  };
}

/** Where a set has several keys that fit and the token does not say which, each is tried. */
async function anyKey(token: string, finder: Parameters<typeof jwtVerify>[1], expected: JWTVerifyOptions): Promise<{ readonly payload: JWTPayload }> {
  try {
    return await jwtVerify(token, finder, expected);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, expected);
      } catch (refused) {
        if (!(refused instanceof errors.JWSSignatureVerificationFailed)) throw refused;
      }
    }
    throw invalidToken('signature');
  }
}

/** The signature's last character may hold bits that decoding drops: of all texts that mean the same token, one will do, so that it can be listed. */
function canonical(token: string): string {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) throw invalidToken('malformed');
  return token;
}

const CLAIMS: Readonly<Record<string, TokenProblem>> = { nbf: 'notYetValid', iss: 'issuer', aud: 'audience' };
const PROBLEMS: Readonly<Record<string, TokenProblem>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'key',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWTInvalid.code]: 'malformed',
  [errors.JOSENotSupported.code]: 'malformed',
};

/** jose's errors carry the claims, and would take them into every log: nothing of them is kept. */
function refusal(error: unknown): Error {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const problem = error.reason === 'invalid' ? undefined : CLAIMS[error.claim];
    return invalidToken(problem ?? 'claim', { claim: error.claim });
  }
  // A TypeError is jose's word for a key that does not go with the token's algorithm.
  return invalidToken((error instanceof errors.JOSEError && PROBLEMS[error.code]) || 'key');
}
