import type { Amount } from '../contract.js';

/** An amount that expires as a whole. */
interface Grant {
  requests: number;
  mbMs: number;
  until: number;
}

/** The compute that one invocation has taken from each of two grants (MB·ms), and when these expire. */
export interface Reservation {
  readonly older: number;
  readonly olderUntil: number;
  readonly newer: number;
  readonly newerUntil: number;
}

/**
 * Grants of one month that this environment holds: the latest one, and the rest of all earlier ones, which expires with the oldest of them.
 * Times are times of `ElapsedTime`.
 */
export class HeldGrants {
  #older: Grant = { requests: 0, mbMs: 0, until: 0 };
  #newer: Grant = { requests: 0, mbMs: 0, until: 0 };
  readonly #onUnused: () => void;

  /** @param onUnused called when requests expire, because more was asked for than was needed */
  constructor(onUnused: () => void) {
    this.#onUnused = onUnused;
  }

  /** @param until when the grant expires, counted from before it was asked for */
  add({ requests, mbMs }: Amount, until: number, now: number): void {
    this.#expire(now);
    const [older, newer] = [this.#older, this.#newer];
    if (isEmpty(older)) this.#older = newer;
    else if (!isEmpty(newer)) {
      older.requests += newer.requests;
      older.mbMs += newer.mbMs;
    }
    this.#newer = { requests, mbMs, until };
  }

  /** Reserves one request and its compute. Returns `undefined` if not enough is held. */
  reserve(mbMs: number, now: number): Reservation | undefined {
    this.#expire(now);
    const [older, newer] = [this.#older, this.#newer];
    if (older.requests + newer.requests < 1 || older.mbMs + newer.mbMs < mbMs) return undefined;
    (older.requests > 0 ? older : newer).requests--;
    const first = Math.min(older.mbMs, mbMs);
    older.mbMs -= first;
    newer.mbMs -= mbMs - first;
    return { older: first, olderUntil: older.until, newer: mbMs - first, newerUntil: newer.until };
  }

  /** Returns unused compute: first to the newer grant, because the older one expires sooner. */
  giveBack({ older, olderUntil, newer, newerUntil }: Reservation, unused: number, now: number): void {
    const young = Math.min(newer, unused);
    this.#put(young, newerUntil, now);
    this.#put(Math.min(older, unused - young), olderUntil, now);
  }

  /** The amount that is held, without expired grants. */
  held(now: number): Amount {
    this.#expire(now);
    return { requests: this.#older.requests + this.#newer.requests, mbMs: this.#older.mbMs + this.#newer.mbMs };
  }

  /** A grant never lives longer than when it was handed out. Other grants that are merged with it may have to expire earlier. */
  #put(mbMs: number, until: number, now: number): void {
    if (mbMs <= 0 || until <= now) return;
    const { until: end } = this.#newer;
    if (end > now && end <= until) {
      this.#newer.mbMs += mbMs;
      return;
    }
    this.#older.until = isEmpty(this.#older) ? until : Math.min(this.#older.until, until);
    this.#older.mbMs += mbMs;
  }

  #expire(now: number): void {
    if (this.#older.until <= now && !isEmpty(this.#older)) this.#drop(this.#older);
    if (this.#newer.until <= now && !isEmpty(this.#newer)) this.#drop(this.#newer);
  }

  #drop(grant: Grant): void {
    if (grant.requests > 0) this.#onUnused();
    grant.requests = grant.mbMs = 0;
  }
}

const isEmpty = ({ requests, mbMs }: Grant): boolean => requests === 0 && mbMs === 0;
