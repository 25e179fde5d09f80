import type { Amount, Level, Plan } from '../contract.js';
import { type Known, standing } from '../guarantee/level.js';
import type { Month } from '../ledger/contract.js';
import { minus } from '../ledger/month-balance.js';
import { MINUTE } from './deps.js';

/** How far a share must fall below a threshold before a level ends, and how much must be left before functions are restored. */
export const HYSTERESIS = 0.02;

const ORDER: readonly Level[] = ['normal', 'warn', 'throttle', 'block'];

/** Returns the level of a month. A level that was reached ends only when the month is clearly below it. */
export function levelOf(month: Known, before: Level): Level {
  const { limit, left } = month;
  const margin = { requests: HYSTERESIS * limit.requests, mbMs: HYSTERESIS * limit.mbMs };
  const kept = Math.min(ORDER.indexOf(before), ORDER.indexOf(standing({ ...month, left: minus(left, margin) }).level));
  return ORDER[Math.max(kept, ORDER.indexOf(standing(month).level))] ?? before;
}

/** Returns the share by which functions that are not critical are lowered: in quarters, so that they are not changed at every run. */
export const loweredBy = (shed: number): number => Math.max(0.25, Math.ceil(shed * 4) / 4);

/**
 * Returns the amount that is kept for critical work: the upper half of THROTTLE. In the lower half all work is shed by shares. Nothing is kept if no
 * function is critical.
 */
export function reserveOf(cap: Amount, { functions, thresholds: { throttle, block } }: Plan): Amount {
  const part = functions.some(({ critical }) => critical) ? (block - throttle) / block / 2 : 0;
  return { requests: Math.floor(cap.requests * part), mbMs: Math.floor(cap.mbMs * part) };
}

/** Facts for a decision about the mode. */
export interface Position {
  readonly month: Month;
  readonly left: Amount;
  readonly reserve: Amount;
  readonly measuredUntil: number;
  /** Whether a stop by command holds, until a restore by command. */
  readonly isHeld: boolean;
}

/**
 * Returns the mode that the month should have. It returns to `open` only when enough is left again, and when everything that was refused while
 * functions were being stopped is measured: the guarantee has room for that once. If nothing is kept for critical work, `reserved` becomes `blocked`,
 * and everything is stopped.
 */
export function modeFor({ month, left, reserve, measuredUntil, isHeld }: Position): Month['mode'] {
  const { mode, stoppedAt, limit } = month;
  const free = minus(left, reserve);
  if (isHeld || !isAbove(left, 0, limit)) return 'blocked';
  // One minute is for invocations that were refused until the stop had spread.
  const mayRise = stoppedAt > 0 && measuredUntil >= stoppedAt + MINUTE;
  if (mode === 'blocked' && !(mayRise && isAbove(left, HYSTERESIS, limit))) return 'blocked';
  const isReserving = reserve.requests > 0 || reserve.mbMs > 0;
  if (isReserving && !isAbove(free, 0, limit)) return 'reserved';
  if (mode !== 'open' && !(mayRise && isAbove(free, HYSTERESIS, limit))) return isReserving ? 'reserved' : 'blocked';
  return 'open';
}

const isAbove = (amount: Amount, share: number, limit: Amount): boolean => amount.requests > share * limit.requests && amount.mbMs > share * limit.mbMs;
