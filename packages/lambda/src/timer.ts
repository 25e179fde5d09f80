import { MAX_TIMER } from '@suga/gateway/deadline';

/** Calls `run` after `ms`, or after the longest delay that a timer accepts. With a longer one it would fire at once. */
export const startTimer = (ms: number, run: () => void): NodeJS.Timeout => setTimeout(run, Math.min(Math.max(0, ms), MAX_TIMER));
