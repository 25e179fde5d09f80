/** The longest time that a timer takes, in ms. A longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Runs something in `ms`, or after the longest time that a timer takes. */
export const startTimer = (ms: number, run: () => void): NodeJS.Timeout => setTimeout(run, Math.min(Math.max(0, ms), LONGEST));
