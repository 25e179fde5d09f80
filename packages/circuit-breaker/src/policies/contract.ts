/** Counts outcomes while a circuit is closed. */
export interface FailureCounter {
  /** Whether nothing has been counted that a new one would not know. */
  readonly blank: boolean;
  /** Counts one outcome; says whether the circuit has to open. */
  record(ok: boolean, now: number): boolean;
}
