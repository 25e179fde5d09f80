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

/** More than any header of a request may have. */
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

  /** How many fetched key sets would be missed. */
  get held(): number {
    return this.#keys.held;
  }

  stats(): SecurityStats['tokens'] {
    return { verified: this.#verified, refused: this.#refused, keyFetches: this.#keys.fetches };
  }
}

/** Reads what a token claims. If several keys may have signed it, tries each. */
async function verifyWithKeys(token: string, findKeys: FindKeys, expected: JWTVerifyOptions): Promise<JWTPayload> {
  let others: readonly Key[] = [];
  const first = async (header: { readonly alg?: string; readonly kid?: unknown }): Promise<Key> => {
    const [key, ...rest] = await findKeys(header);
    others = rest;
    return key ?? Promise.reject(invalidToken('key'));
  };
  for (let next: Key | typeof first | undefined = first; ; ) {
    try {
      // Both forms of a key fit, of which the types ask for one at a time.
      return (await jwtVerify(token, next as Key, expected)).payload;
    } catch (error) {
      [next, ...others] = others;
      if (!next || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
}

/** The signature's last character may hold bits that decoding drops: of all texts that mean the same token, one will do, so that it can be listed. */
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

/** jose's errors carry the claims, and would take them into every log: nothing of them is kept. */
function toInvalidToken(error: unknown): Error {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const problem = error.reason === 'invalid' ? undefined : PROBLEM_BY_CLAIM[error.claim];
    return invalidToken(problem ?? 'claim', { claim: error.claim });
  }
  // A TypeError is jose's word for a key that does not go with the token's algorithm.
  return invalidToken((error instanceof errors.JOSEError && PROBLEM_BY_CODE[error.code]) || 'key');
}
