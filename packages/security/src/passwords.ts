import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { PasswordOptions, SecurityErrorCode } from './contract.js';
import type { Complete } from './option-values.js';

const MAX_PASSWORD = 1024;
const MAX_MEMORY = 512 * 2 ** 20;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** As in the PHC string format; `ln` is the binary logarithm of the cost. */
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** scrypt's parameters: cost N, block size r, parallelization p. */
type Parameters = Complete<PasswordOptions>;

interface Known extends Parameters {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Passwords by scrypt, which runs on libuv's threads: other invocations go on meanwhile. */
export class Passwords {
  readonly #today: Parameters;

  constructor({ cost = 2 ** 15, blockSize = 8, parallelization = 3 }: PasswordOptions = {}) {
    this.#today = { cost, blockSize, parallelization };
    if (fits(this.#today)) return;
    throw invalidParam('security', 'passwords', undefined, 'a cost that is a power of 2, with blockSize and parallelization, within 512 MB of memory');
  }

  async hash(password: string): Promise<string> {
    const text = normal(password);
    if (text === undefined) throw unfit(password);
    const { cost, blockSize, parallelization } = this.#today;
    const salt = process.getBuiltinModule('node:crypto').randomBytes(SALT_BYTES);
    const hash = await derive(text, salt, HASH_BYTES, this.#today);
    return `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  async verify(password: string, given: string | null | undefined): Promise<boolean> {
    const text = normal(password);
    const known = given === undefined || given === null ? undefined : parse(given);
    // As long as for somebody who exists: the time an answer takes must not tell who does, nor what cannot be a password.
    const { salt, hash, ...parameters } = known ?? { ...this.#today, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
    const derived = await derive(text ?? '', salt, hash.length, parameters);
    return process.getBuiltinModule('node:crypto').timingSafeEqual(derived, hash) && known !== undefined && text !== undefined;
  }

  needsRehash(given: string): boolean {
    const known = parse(given);
    const { cost, blockSize, parallelization } = this.#today;
    const changed = known.cost !== cost || known.blockSize !== blockSize || known.parallelization !== parallelization;
    return changed || known.salt.length < SALT_BYTES || known.hash.length < HASH_BYTES;
  }
}

function derive(password: string, salt: Uint8Array, bytes: number, { cost, blockSize, parallelization }: Parameters): Promise<Buffer> {
  // OpenSSL asks for a little more than the table itself.
  const maxmem = 128 * blockSize * (cost + parallelization + 2) + 2 ** 20;
  return new Promise((resolve, reject) => {
    process.getBuiltinModule('node:crypto').scrypt(password, salt, bytes, { cost, blockSize, parallelization, maxmem }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

/** NFKC (NIST SP 800-63B, 3.1.1.2): the same password from any keyboard. Nothing for what cannot be one. */
function normal(password: unknown): string | undefined {
  return typeof password === 'string' && password !== '' && password.length <= MAX_PASSWORD ? password.normalize('NFKC') : undefined;
}

/** Passwords come from outside: a wrong one is no mistake of the program. */
function unfit(password: unknown): SugaError<SecurityErrorCode> {
  const expected = `a string of 1 to ${MAX_PASSWORD} characters`;
  const problem = password === undefined ? 'missing' : 'invalid';
  const issue = { param: 'password', problem, expected, got: typeof password === 'string' ? `${password.length} characters` : typeof password } as const;
  return new SugaError<SecurityErrorCode>('InvalidInput', `Invalid input: "password" must be ${expected}.`, { issues: [issue] });
}

function parse(given: string): Known {
  const [, ln, r, p, salt = '', hash = ''] = (typeof given === 'string' && given.length <= 256 && FORMAT.exec(given)) || [];
  const known = {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelization: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  if (ln !== undefined && fits(known)) return known;
  throw invalidParam('security', 'hash', given, 'a hash that hashPassword made: $scrypt$ln=…,r=…,p=…$…');
}

/** Also of a stored hash: whoever can write one must not be able to make checking it cost gigabytes or minutes. */
function fits({ cost, blockSize, parallelization }: Parameters): boolean {
  const whole = [cost, blockSize, parallelization].every((each) => Number.isSafeInteger(each) && each >= 1);
  return whole && cost > 1 && Number.isInteger(Math.log2(cost)) && 128 * cost * blockSize <= MAX_MEMORY && parallelization <= 16;
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
