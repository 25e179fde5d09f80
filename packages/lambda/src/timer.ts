/** Longest delay that a timer accepts, in ms. With a longer one it would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Calls `run` after `ms`, or after the longest delay that a timer accepts. */
export const startTimer = (ms: number, run: () => void): NodeJS.Timeout => setTimeout(run, Math.min(Math.max(0, ms), LONGEST));
