import type { Host } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { WithoutUndefined } from '@suga/gateway/options';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import type { Claims, SecurityStats, SignOptions, TokenAlgorithm, TokenOptions, TokenProblem, VerifyOptions } from '../contract.js';
import { invalidToken } from '../errors.js';
import { removeProto, toPayload } from './claims.js';
import type { Key } from './key-purpose.js';
import type { FindKeys } from './key-set.js';
import { TokenKeys } from './token-keys.js';
import { mergeOptions, newTokenParts, parseAlgorithms, parseOptions, toVerifyOptions } from './token-options.js';

/** Maximum length of a token: more than the header of a request can have. */
const MAX_TOKEN_LENGTH = 16_384;

export class Tokens {
  readonly #defaults: WithoutUndefined<TokenOptions>;
  readonly #keys: TokenKeys;
  #verified = 0;
  #refused = 0;

  constructor(defaults: TokenOptions, host: Host) {
    this.#defaults = parseOptions(defaults);
    this.#keys = new TokenKeys(host, defaults.keySets);
  }

  async verify(token: string | undefined, callOptions?: VerifyOptions): Promise<Claims> {
    const options = mergeOptions(this.#defaults, callOptions);
    const algorithms = parseAlgorithms(options.algorithms, 'verifyToken');
    const expected = toVerifyOptions(options, algorithms);
    const findKeys = await this.#keys.findVerificationKeys(options, algorithms);
    try {
      if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw invalidToken('malformed');
      const payload = await verifyWithKeys(canonical(token.replace(/^Bearer +/i, '')), findKeys, expected);
      this.#verified++;
      return removeProto(payload) as Claims;
    } catch (error) {
      const refused = isSugaError<string>(error) ? error : toInvalidToken(error);
      if (isSugaError<string>(refused, 'InvalidToken')) this.#refused++;
      throw refused;
    }
  }

  async sign(claims: object, callOptions?: SignOptions): Promise<string> {
    const options = mergeOptions(this.#defaults, callOptions as Partial<TokenOptions> | undefined);
    const [algorithm] = parseAlgorithms(options.algorithm === undefined ? options.algorithms : [options.algorithm], 'signToken') as [TokenAlgorithm];
    const { header, payload } = newTokenParts(options, algorithm);
    return new SignJWT(toPayload(payload, claims)).setProtectedHeader(header).sign(await this.#keys.signingKey(options, algorithm));
  }

  /** Number of fetched key sets that an unload would lose. */
  get held(): number {
    return this.#keys.held;
  }

  stats(): SecurityStats['tokens'] {
    return { verified: this.#verified, refused: this.#refused, keyFetches: this.#keys.fetches };
  }
}

/** Verifies a token and returns its claims. If several keys may have signed it, each is tried. */
async function verifyWithKeys(token: string, findKeys: FindKeys, expected: JWTVerifyOptions): Promise<JWTPayload> {
  let others: readonly Key[] = [];
  const first = async (header: { readonly alg?: string; readonly kid?: unknown }): Promise<Key> => {
    const [key, ...rest] = await findKeys(header);
    others = rest;
    return key ?? Promise.reject(invalidToken('key'));
  };
  for (let next: Key | typeof first | undefined = first; ; ) {
    try {
      // `jwtVerify` accepts a key or a function, but each overload of its types accepts only one of them.
      return (await jwtVerify(token, next as Key, expected)).payload;
    } catch (error) {
      [next, ...others] = others;
      if (!next || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
}

/**
 * Refuses all but one of the strings that mean the same token, so that a list of revoked tokens works. Several exist because the last
 * character of the signature can hold bits that decoding drops.
 */
function canonical(token: string): string {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) throw invalidToken('malformed');
  return token;
}

const PROBLEM_BY_CLAIM: Readonly<Record<string, TokenProblem>> = { nbf: 'notYetValid', iss: 'issuer', aud: 'audience' };
const PROBLEM_BY_CODE: Readonly<Record<string, TokenProblem>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWTInvalid.code]: 'malformed',
  [errors.JOSENotSupported.code]: 'malformed',
};

/** Converts an error of jose, which contains the claims. Only the reason is kept: otherwise the claims would end up in every log. */
function toInvalidToken(error: unknown): Error {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const problem = error.reason === 'invalid' ? undefined : PROBLEM_BY_CLAIM[error.claim];
    return invalidToken(problem ?? 'claim', { claim: error.claim });
  }
  // jose throws a TypeError for a key that does not fit the token's algorithm.
  return invalidToken((error instanceof errors.JOSEError && PROBLEM_BY_CODE[error.code]) || 'key');
}
