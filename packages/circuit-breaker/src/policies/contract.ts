/** Counts outcomes while a circuit is closed. */
export interface FailureCounter {
  /** Whether the counter is equal to a new one. */
  readonly blank: boolean;
  /** Counts one outcome and returns whether the circuit has to open. */
  record(ok: boolean, now: number): boolean;
}
