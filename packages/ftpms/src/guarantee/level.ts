import type { Amount, Level } from '../contract.js';
import type { Month } from '../ledger/contract.js';

/** How near a month is to its end, as an environment and the guardian both see it. */
export interface Standing {
  readonly level: Level;
  /** Of work that is not critical, how much is shed: 0 up to the threshold, 1 where nothing is left to hand out. */
  readonly shed: number;
}

/** What of a month that takes. */
export type Known = Pick<Month, 'mode' | 'limit' | 'cap' | 'left' | 'thresholds'>;

/**
 * Where the inequality leaves less than the block threshold, all thresholds move down with the cap: whoever can stop only late has to warn early.
 * What is leased out counts as used.
 */
export function standing(month: Known): Standing {
  const { warn, throttle, block } = month.thresholds;
  const at = Math.max(reached(month, 'requests'), reached(month, 'mbMs'));
  const shed = Math.min(1, Math.max(0, (at - throttle) / (block - throttle)));
  if (month.mode === 'blocked' || at >= block) return { level: 'block', shed: 1 };
  if (month.mode === 'reserved') return { level: 'throttle', shed: 1 };
  return { level: at >= throttle ? 'throttle' : at >= warn ? 'warn' : 'normal', shed };
}

/** What is used, as a share in which the cap is the block threshold. */
function reached({ cap, left, thresholds }: Known, quantity: keyof Amount): number {
  return cap[quantity] > 0 ? ((cap[quantity] - left[quantity]) / cap[quantity]) * thresholds.block : 1;
}
