import { assertInteger, assertNumber, assertObject, FINITE, MILLISECONDS } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';
import type { Complete } from '@suga/gateway/options';
import type { RateLimit, RateLimitResult, SecurityOptions, SecurityStats } from './contract.js';

const MAX_KEY_LENGTH = 1024;

/** The level of a key's bucket at a time. The bucket expires when it is empty. */
interface Bucket extends Expiring {
  readonly key: string;
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Rate limits by GCRA, as a continuous-state leaky bucket (ITU-T I.371, annex A). The level sinks steadily by `limit` per period. Each
 * permit raises it by one, and it must not exceed `burst`. This allows the same calls as GCRA with one theoretical arrival time. But it is
 * exact for periods that `limit` does not divide, and setting the clock back does not block callers.
 */
export class RateLimiter {
  readonly #maxKeys: number;
  readonly #defaults: RateLimit;
  readonly #defaultLimit: Complete<RateLimit>;
  /** Buckets in the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();
  /** Buckets by the time at which they are empty. Created when there are too many buckets for the first time. */
  #byExpiry: ExpiryHeap<Bucket> | undefined;
  #allowed = 0;
  #limited = 0;
  #evicted = 0;

  constructor({ maxKeys = 10_000, ...defaults }: NonNullable<SecurityOptions['rateLimit']> = {}) {
    assertInteger('security', 'rateLimit.maxKeys', maxKeys, [1]);
    this.#maxKeys = maxKeys;
    this.#defaults = defaults;
    this.#defaultLimit = withDefaults(defaults, {});
  }

  check(key: string, options?: RateLimit): RateLimitResult {
    assertKey(key);
    const { limit, period, burst } = options === undefined ? this.#defaultLimit : withDefaults(options, this.#defaults);
    const now = Date.now();
    const known = this.#buckets.get(key);
    const level = known ? Math.max(0, known.level - (Math.max(0, now - known.at) * limit) / period) : 0;
    // A tolerance for rounding errors of the division: a billionth of a permit does not count.
    const allowed = level + 1 <= burst + 1e-9;
    const next = allowed ? level + 1 : level;
    if (known) this.#drop(known);
    const bucket = { key, level: next, at: now, expires: now + (next * period) / limit, place: -1 };
    this.#buckets.set(key, bucket);
    this.#byExpiry?.add(bucket);
    this.#cleanUp(now);
    if (allowed) this.#allowed++;
    else this.#limited++;
    const retryAfter = allowed ? 0 : Math.ceil(((level + 1 - burst) * period) / limit);
    return { allowed, limit, remaining: Math.max(0, Math.floor(burst - next + 1e-9)), retryAfter };
  }

  reset(key: string): boolean {
    assertKey(key);
    const known = this.#buckets.get(key);
    if (known) this.#drop(known);
    return known !== undefined && known.expires > Date.now();
  }

  stats(): SecurityStats['rateLimit'] {
    return { keys: this.#buckets.size, allowed: this.#allowed, limited: this.#limited, evicted: this.#evicted };
  }

  clear(): void {
    this.#buckets.clear();
    this.#byExpiry = undefined;
  }

  /**
   * Checks the two least recently used buckets, so that empty ones are removed as fast as new ones arrive. If there are too many buckets,
   * any empty one is removed. Only if there is none, the least recently used one goes, because a caller whose bucket still counts
   * could then exceed its limit.
   */
  #cleanUp(now: number): void {
    let checked = 0;
    for (const bucket of this.#buckets.values()) {
      if (checked++ === 2 || bucket.expires > now) break;
      this.#drop(bucket);
    }
    if (this.#buckets.size <= this.#maxKeys) return;
    const empty = this.#expiryHeap().expired(now);
    this.#drop(empty ?? (this.#buckets.values().next().value as Bucket));
    if (!empty) this.#evicted++;
  }

  #drop(bucket: Bucket): void {
    this.#buckets.delete(bucket.key);
    this.#byExpiry?.remove(bucket);
  }

  #expiryHeap(): ExpiryHeap<Bucket> {
    if (this.#byExpiry) return this.#byExpiry;
    this.#byExpiry = new ExpiryHeap();
    for (const bucket of this.#buckets.values()) this.#byExpiry.add(bucket);
    return this.#byExpiry;
  }
}

function withDefaults(options: RateLimit, defaults: RateLimit): Complete<RateLimit> {
  assertObject('security', 'limit', options);
  const { limit = defaults.limit ?? 100, period = defaults.period ?? 60_000 } = options;
  const { burst = options.limit === undefined ? (defaults.burst ?? limit) : limit } = options;
  assertInteger('security', 'limit', limit, [1]);
  assertNumber('security', 'period', period, { above: 0, max: FINITE, unit: MILLISECONDS });
  assertInteger('security', 'burst', burst, [1]);
  return { limit, period, burst };
}

function assertKey(key: string): void {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH)
    throw invalidParam('security', 'key', key, `a string of 1 to ${MAX_KEY_LENGTH} characters`);
}
