import type { Amount, Level } from '../contract.js';
import type { Month } from '../ledger/contract.js';

/** A month's level, as environments and the guardian calculate it. */
export interface LevelAndShare {
  readonly level: Level;
  /** The share of work that is not critical and is shed: 0 up to the threshold, 1 if nothing is left to grant. */
  readonly shed: number;
}

/** The fields of a month that the calculation needs. */
export type Known = Pick<Month, 'mode' | 'limit' | 'cap' | 'left' | 'thresholds'>;

/**
 * Calculates the level. If the inequality leaves less than the block threshold, all thresholds move down with the cap, because a stop that takes long
 * needs an early warning. Leased amounts count as used.
 */
export function standing(month: Known): LevelAndShare {
  const { warn, throttle, block } = month.thresholds;
  const at = Math.max(reached(month, 'requests'), reached(month, 'mbMs'));
  const shed = Math.min(1, Math.max(0, (at - throttle) / (block - throttle)));
  if (month.mode === 'blocked' || at >= block) return { level: 'block', shed: 1 };
  if (month.mode === 'reserved') return { level: 'throttle', shed: 1 };
  return { level: at >= throttle ? 'throttle' : at >= warn ? 'warn' : 'normal', shed };
}

/** The used share, scaled so that the cap is the block threshold. */
function reached({ cap, left, thresholds }: Known, quantity: keyof Amount): number {
  return cap[quantity] > 0 ? ((cap[quantity] - left[quantity]) / cap[quantity]) * thresholds.block : 1;
}
