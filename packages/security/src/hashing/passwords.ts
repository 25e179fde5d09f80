import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { PasswordOptions, SecurityErrorCode, SecurityStats } from '../contract.js';

const MAX_LENGTH = 1024;
const MAX_MEMORY = 512 * 2 ** 20;
const MAX_PARALLELIZATION = 16;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** The PHC string format; `ln` is the binary logarithm of the cost. */
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43,86})$/;

/** Parameters of scrypt: cost N, block size r, parallelization p. */
type Parameters = Complete<PasswordOptions>;

interface StoredHash extends Parameters {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Hashes passwords with scrypt, which runs on libuv's threads, so that other invocations continue meanwhile. */
export class Passwords {
  readonly #current: Parameters;
  #verified = 0;
  #refused = 0;
  #malformed = 0;

  constructor({ cost = 2 ** 15, blockSize = 8, parallelization = 3 }: PasswordOptions = {}) {
    this.#current = { cost, blockSize, parallelization };
    const [name, expected] = findInvalidParameter(this.#current) ?? [];
    if (name) throw invalidParam('security', `passwords.${name}`, this.#current[name], `${expected}`);
  }

  async hash(password: string): Promise<string> {
    const text = normalize(password);
    if (text === undefined) throw invalidPassword(password);
    const { cost, blockSize, parallelization } = this.#current;
    const salt = process.getBuiltinModule('node:crypto').randomBytes(SALT_BYTES);
    const hash = await derive(text, salt, HASH_BYTES, this.#current);
    return `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /**
   * Derives a hash for every input. Neither the time nor the form of the response may reveal whether an account exists, whether the
   * input can be a password, or whether the stored hash is damaged.
   */
  async verify(password: string, storedHash: string | null | undefined): Promise<boolean> {
    const text = normalize(password);
    const isMissing = storedHash === undefined || storedHash === null || storedHash === '';
    const parsed = isMissing ? undefined : parseHash(storedHash);
    if (!isMissing && !parsed) this.#warnOfMalformed(storedHash);
    const { salt, hash, ...parameters } = parsed ?? { ...this.#current, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
    const derived = await derive(text ?? '', salt, hash.length, parameters);
    const isRight = process.getBuiltinModule('node:crypto').timingSafeEqual(derived, hash) && parsed !== undefined && text !== undefined;
    if (isRight) this.#verified++;
    else this.#refused++;
    return isRight;
  }

  stats(): SecurityStats['passwords'] {
    return { verified: this.#verified, refused: this.#refused, malformed: this.#malformed };
  }

  needsRehash(storedHash: string): boolean {
    const parsed = parseHash(storedHash);
    if (!parsed) throw invalidParam('security', 'hash', storedHash, 'a hash that hashPassword made: $scrypt$ln=…,r=…,p=…$…');
    const { cost, blockSize, parallelization } = this.#current;
    const changed = parsed.cost !== cost || parsed.blockSize !== blockSize || parsed.parallelization !== parallelization;
    return changed || parsed.salt.length < SALT_BYTES || parsed.hash.length < HASH_BYTES;
  }

  /** Reports a malformed hash to the operator. The client learns only that the password is wrong. */
  #warnOfMalformed(storedHash: unknown): void {
    if (this.#malformed++ > 0) return;
    const scheme =
      typeof storedHash === 'string'
        ? `${storedHash.length} characters${/^\$[a-z\d-]{1,16}\$/.exec(storedHash)?.[0].replace(/^/, ', ') ?? ''}`
        : typeof storedHash;
    const message = `security: verifyPassword got a stored hash that hashPassword did not make (${scheme}). The password counts as wrong; stats().passwords.malformed has the number of such calls. Check where the hash is read from.`;
    process.emitWarning(new SugaError('InvalidParams', message));
  }
}

function derive(password: string, salt: Uint8Array, bytes: number, { cost, blockSize, parallelization }: Parameters): Promise<Buffer> {
  // OpenSSL needs a little more memory than the table itself.
  const maxmem = 128 * blockSize * (cost + parallelization + 2) + 2 ** 20;
  return new Promise((resolve, reject) => {
    process.getBuiltinModule('node:crypto').scrypt(password, salt, bytes, { cost, blockSize, parallelization, maxmem }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

/** Normalizes a password to NFKC (NIST SP 800-63B, 3.1.1.2), so that every keyboard gives the same one. Returns `undefined` for a value that cannot be a password. */
function normalize(password: unknown): string | undefined {
  return typeof password === 'string' && password !== '' && password.length <= MAX_LENGTH ? password.normalize('NFKC') : undefined;
}

/** Creates the error for an invalid password. Passwords come from outside, so the code is `InvalidInput`. */
function invalidPassword(password: unknown): SugaError<SecurityErrorCode> {
  const expected = `a string of 1 to ${MAX_LENGTH} characters`;
  const problem = password === undefined ? 'missing' : 'invalid';
  const issue = { param: 'password', problem, expected, got: typeof password === 'string' ? `${password.length} characters` : typeof password } as const;
  return new SugaError<SecurityErrorCode>('InvalidInput', `Invalid input: "password" must be ${expected}.`, { issues: [issue] });
}

/** Parses a stored hash. Returns `undefined` if `hashPassword` cannot have made it. */
function parseHash(text: unknown): StoredHash | undefined {
  const [, ln, r, p, salt = '', hash = ''] = (typeof text === 'string' && text.length <= 256 && FORMAT.exec(text)) || [];
  const parsed = {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelization: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  // The hash must be complete and in its one encoding: scrypt output of a shorter length is a prefix, so a hash that was cut short would still match.
  const isWhole = unpadded(parsed.salt) === salt && unpadded(parsed.hash) === hash;
  return ln === undefined || !isWhole || findInvalidParameter(parsed) ? undefined : parsed;
}

/**
 * Finds the first invalid parameter and describes its valid values. Stored hashes are checked as well: an attacker who can write one must
 * not be able to make its verification cost gigabytes or minutes.
 */
function findInvalidParameter({ cost, blockSize, parallelization }: Parameters): readonly [name: keyof Parameters, expected: string] | undefined {
  if (!isCount(cost) || cost < 2 || !Number.isInteger(Math.log2(cost))) return ['cost', 'a power of 2 from 2'];
  if (!isCount(blockSize)) return ['blockSize', 'an integer of at least 1'];
  if (!isCount(parallelization) || parallelization > MAX_PARALLELIZATION) return ['parallelization', `an integer from 1 to ${MAX_PARALLELIZATION}`];
  const maxCost = MAX_MEMORY / 128 / blockSize;
  return cost > maxCost ? ['cost', `at most ${Math.floor(maxCost)} with a blockSize of ${blockSize}: within 512 MB of memory`] : undefined;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
