import type { Amount } from './contract.js';
import type { Ask, Month, MonthSettings } from './ledger.js';

export const added = (one: Amount | undefined, other: Amount): Amount =>
  one ? { requests: one.requests + other.requests, mbMs: one.mbMs + other.mbMs } : other;

export const less = (one: Amount, other: Amount): Amount => ({ requests: one.requests - other.requests, mbMs: one.mbMs - other.mbMs });

/** A month in which nothing is used. */
export function start(month: string, epoch: number, { reserve, ...settings }: MonthSettings): Month {
  const { cap } = settings;
  return { month, mode: 'open', epoch, ...settings, left: cap, free: less(cap, reserve), init: 0, open: new Map(), stoppedAt: 0 };
}

/** Why rights are not handed out; `undefined` where they are. Where nothing is kept for critical work, what is used up is used up for all. */
export function refusal({ epoch, mode, left, free }: Month, ask: Ask): 'epoch' | 'exhausted' | 'reserved' | 'blocked' | undefined {
  const has = ({ requests, mbMs }: Amount): boolean => requests >= ask.amount.requests && mbMs >= ask.amount.mbMs + ask.init;
  if (epoch !== ask.epoch) return 'epoch';
  if (mode === 'blocked') return 'blocked';
  if (ask.critical) return has(left) ? undefined : 'exhausted';
  if (mode === 'reserved') return 'reserved';
  if (has(free)) return undefined;
  return free.requests < left.requests || free.mbMs < left.mbMs ? 'reserved' : 'exhausted';
}
