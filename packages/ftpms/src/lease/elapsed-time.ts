/** The two clocks of an environment. */
export interface Clock {
  /** In ms since the epoch; may be set, forwards and back. */
  now(): number;
  /** In ms since whenever; never goes back. */
  monotonic(): number;
}

/**
 * How much time has passed, in ms: never less than either clock says. The monotonic one could stand still while Lambda keeps the environment
 * frozen, the other one could be set back; a lease that lived longer for it would be spent twice.
 */
export class ElapsedTime {
  readonly #clock: Clock;
  readonly #offset: number;
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** @param now What the clock says, where that is known already. */
  at(now: number): number {
    const monotonic = this.#clock.monotonic();
    const ahead = now - monotonic - this.#offset;
    if (ahead > this.#ahead) this.#ahead = ahead;
    return monotonic + this.#ahead;
  }
}
