/** The two clocks of an environment. */
export interface Clock {
  /** Milliseconds since the epoch. The clock may be set forwards and back. */
  now(): number;
  /** Milliseconds since an unspecified time. The clock never goes back. */
  monotonic(): number;
}

/**
 * How much time has passed, in ms: never less than either clock says. The monotonic clock could stand still while Lambda keeps the environment
 * frozen, and the other clock could be set back. A lease that lived longer because of that would be spent twice.
 */
export class ElapsedTime {
  readonly #clock: Clock;
  readonly #offset: number;
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** @param now the clock's time, in ms since the epoch */
  at(now: number): number {
    const monotonic = this.#clock.monotonic();
    const ahead = now - monotonic - this.#offset;
    if (ahead > this.#ahead) this.#ahead = ahead;
    return monotonic + this.#ahead;
  }
}
