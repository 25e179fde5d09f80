import type { KeyObject } from 'node:crypto';
import type { CryptoKey } from 'jose';
import type { TokenAlgorithm } from '../contract.js';

export type Key = KeyObject | CryptoKey;
type Operation = 'sign' | 'verify';

/** A key and the algorithms that it may be used for. The same rules apply to every form in which a key arrives. */
export interface TokenKey {
  readonly key: Key;
  readonly algorithms: readonly TokenAlgorithm[];
}

/** Members of a JSON Web Key that state its purpose (RFC 7517, 4.2 to 4.4). */
interface JwkPurpose {
  readonly use?: unknown;
  readonly key_ops?: unknown;
  readonly alg?: unknown;
}

/** Algorithms that fit the type of a key, and the strength of an RSA key. */
interface Ability {
  readonly algorithms: readonly TokenAlgorithm[];
  readonly modulusLength?: number | undefined;
  readonly publicExponent?: bigint | undefined;
}

/** Minimum length of an RSA modulus in bits (RFC 7518, 3.3; NIST SP 800-131A). */
const MIN_MODULUS = 2048;
const CURVES: Readonly<Record<string, TokenAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
};
const EDWARDS: readonly TokenAlgorithm[] = ['EdDSA', 'Ed25519'];
const RSA: readonly TokenAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

/**
 * Decides which algorithms a key may be used for. If there is none, returns a description of valid keys instead.
 * @param purpose The JSON Web Key that the key was imported from, if any.
 */
export function toTokenKey(key: Key, operation: Operation, purpose: JwkPurpose = {}): TokenKey | string {
  const { use, key_ops: operations, alg } = purpose;
  if (use !== undefined && use !== 'sig') return 'a key whose "use" is "sig" (RFC 7517, 4.2)';
  if (operations !== undefined && !allowsOperation(operations, operation, use))
    return `a key whose "key_ops" have "${operation}" and nothing that contradicts it (RFC 7517, 4.3)`;
  if ('usages' in key && !key.usages.includes(operation)) return `a CryptoKey whose usages have "${operation}"`;
  const { algorithms, ...strength } = 'usages' in key ? webAbility(key.algorithm) : ability(key);
  if (isWeak(strength)) return `an RSA key of at least ${MIN_MODULUS} bits with an odd exponent of at least 3`;
  const fitting = algorithms.filter((each) => alg === undefined || alg === each);
  return fitting.length > 0
    ? { key, algorithms: fitting }
    : 'a key for signatures: RSA, EC on P-256, P-384 or P-521, or Ed25519, with an "alg" that fits (RFC 7517, 4.4)';
}

/** Whether `key_ops` allow an operation and agree with `use` (RFC 7517, 4.3): a key that also encrypts is not for signatures alone. */
function allowsOperation(operations: unknown, operation: Operation, use: unknown): boolean {
  if (!Array.isArray(operations) || new Set(operations).size !== operations.length || !operations.every((each) => typeof each === 'string')) return false;
  return operations.includes(operation) && (use === undefined || operations.every((each) => each === 'sign' || each === 'verify'));
}

/** Whether an RSA key is too weak. With the exponent 1 anyone can sign, and even exponents have no inverse. */
function isWeak({ modulusLength = MIN_MODULUS, publicExponent = 3n }: Omit<Ability, 'algorithms'>): boolean {
  return modulusLength < MIN_MODULUS || publicExponent < 3n || publicExponent % 2n === 0n;
}

function ability({ asymmetricKeyType, asymmetricKeyDetails: { namedCurve = '', ...rsa } = {} }: KeyObject): Ability {
  if (asymmetricKeyType === 'rsa') return { algorithms: RSA, ...rsa };
  if (asymmetricKeyType === 'ed25519') return { algorithms: EDWARDS };
  return { algorithms: asymmetricKeyType === 'ec' ? algorithmsOfCurve(namedCurve) : [] };
}

/** A `CryptoKey` is bound to one algorithm, and RSA to one hash. */
function webAbility(algorithm: CryptoKey['algorithm']): Ability {
  const { name, hash, namedCurve = '', modulusLength, publicExponent = new Uint8Array() } = algorithm as Partial<RsaHashedKeyAlgorithm & EcKeyAlgorithm>;
  if (name === 'Ed25519') return { algorithms: EDWARDS };
  if (name === 'ECDSA') return { algorithms: algorithmsOfCurve(namedCurve) };
  const kind = name === 'RSASSA-PKCS1-v1_5' ? 'RS' : name === 'RSA-PSS' ? 'PS' : undefined;
  if (!kind) return { algorithms: [] };
  const algorithms = RSA.filter((each) => each === `${kind}${hash?.name.slice('SHA-'.length)}`);
  return { algorithms, modulusLength, publicExponent: BigInt(`0x0${Buffer.from(publicExponent).toString('hex')}`) };
}

const algorithmsOfCurve = (name: string): readonly TokenAlgorithm[] => (CURVES[name] ? [CURVES[name]] : []);

interface RsaHashedKeyAlgorithm {
  readonly name: string;
  readonly hash: { readonly name: string };
  readonly modulusLength: number;
  readonly publicExponent: Uint8Array;
}

interface EcKeyAlgorithm {
  readonly namedCurve: string;
}
