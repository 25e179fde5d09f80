import type { Amount } from '../contract.js';
import type { AlreadyUsed, GrantRequest, Month, MonthSettings } from './contract.js';

export const plus = (one: Amount | undefined, other: Amount): Amount =>
  one ? { requests: one.requests + other.requests, mbMs: one.mbMs + other.mbMs } : other;

export const minus = (one: Amount, other: Amount): Amount => ({ requests: one.requests - other.requests, mbMs: one.mbMs - other.mbMs });

/** A month at its start. */
export function start(month: string, epoch: number, { reserve, ...settings }: MonthSettings, already?: AlreadyUsed): Month {
  const left = already ? minus(minus(settings.cap, already.measured), already.unseen) : settings.cap;
  const isUnseen = already !== undefined && (already.unseen.requests > 0 || already.unseen.mbMs > 0);
  const open = new Map(isUnseen ? [[epoch, already.unseen] as const] : []);
  return { month, mode: 'open', epoch, ...settings, left, free: minus(left, reserve), init: 0, open, stoppedAt: 0 };
}

/** Returns why nothing is granted, or `undefined` if the amount is granted. If nothing is reserved for critical work, the month is exhausted for all. */
export function refusal({ epoch, mode, left, free }: Month, ask: GrantRequest): 'epoch' | 'exhausted' | 'reserved' | 'blocked' | undefined {
  const has = ({ requests, mbMs }: Amount): boolean => requests >= ask.amount.requests && mbMs >= ask.amount.mbMs + ask.init;
  if (epoch !== ask.epoch) return 'epoch';
  if (mode === 'blocked') return 'blocked';
  if (ask.critical) return has(left) ? undefined : 'exhausted';
  if (mode === 'reserved') return 'reserved';
  if (has(free)) return undefined;
  return free.requests < left.requests || free.mbMs < left.mbMs ? 'reserved' : 'exhausted';
}
