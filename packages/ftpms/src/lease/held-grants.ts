import type { Amount } from '../contract.js';

/** Rights that expire together. */
interface Grant {
  requests: number;
  mbMs: number;
  until: number;
}

/** What one invocation has taken, and until when what it gives back may be used. */
export interface Reservation {
  readonly older: number;
  readonly olderUntil: number;
  readonly newer: number;
  readonly newerUntil: number;
}

/**
 * The rights of one month that this environment holds: the latest grant, and what remains of those before, which expires with the oldest of them.
 * times are of `ElapsedTime`.
 */
export class HeldGrants {
  #older: Grant = { requests: 0, mbMs: 0, until: 0 };
  #newer: Grant = { requests: 0, mbMs: 0, until: 0 };
  readonly #onUnused: () => void;

  /** @param onUnused Told when requests expire: more was asked for than was needed. */
  constructor(onUnused: () => void) {
    this.#onUnused = onUnused;
  }

  /** @param until When they expire, counted from before they were asked for. */
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

  /** A request with so much compute; `undefined` where there is not enough. */
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

  /** What was not used: the younger rights first, as the older ones expire sooner. */
  giveBack({ older, olderUntil, newer, newerUntil }: Reservation, unused: number, now: number): void {
    const young = Math.min(newer, unused);
    this.#put(young, newerUntil, now);
    this.#put(Math.min(older, unused - young), olderUntil, now);
  }

  /** What is held, without what has expired. */
  held(now: number): Amount {
    this.#expire(now);
    return { requests: this.#older.requests + this.#newer.requests, mbMs: this.#older.mbMs + this.#newer.mbMs };
  }

  /** Rights never live longer than when they were handed out; others may have to live as short with them. */
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
