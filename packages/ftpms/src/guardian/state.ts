import type { Amount, AwsUse, Level, Projection } from '../contract.js';
import { type ConfigurationHistory, forNextMonth } from './configuration-history.js';
import type { Base, DayUse } from './measure.js';
import type { Schedule } from './schedule.js';

/** What one run leaves for the next. */
export interface State {
  readonly month: string;
  readonly level: Level;
  readonly base?: Base;
  readonly configurations?: ConfigurationHistory;
  /** Days of the months before, at most 28, in order. */
  readonly history: readonly DayUse[];
  /** The same of functions that are not protected. */
  readonly otherHistory: readonly DayUse[];
  readonly schedule?: Schedule;
  readonly projection?: { readonly requests: Projection; readonly mbMs: Projection };
  readonly aws?: AwsFigure;
  /** When epochs began, those that matter still. */
  readonly epochs: readonly number[];
  readonly own: OwnCalls;
}

/** AWS's own figure, and ours at the time it was read. */
export interface AwsFigure {
  readonly at: number;
  readonly amount?: AwsUse;
  readonly ours: Amount;
}

/** Calls of this month. */
export interface OwnCalls {
  readonly runs: number;
  readonly cloudWatch: number;
  readonly writes: number;
  readonly messages: number;
  /** How long runs took together, in ms. */
  readonly ms: number;
}

/** Up to this share of ours what misses is taken to grow with it (INITs, what CloudWatch lost); the rest for use of its own, such as another region's. */
const MOST = 0.25;

/** What is used, corrected by AWS's figure: it is hours old, so it can only make ours larger. */
export function calibrated(ours: Amount, figure: AwsFigure | undefined): Amount {
  const { amount, ours: then } = figure ?? {};
  if (!amount || !then) return ours;
  const one = (now: number, aws: number, before: number): number => {
    const missing = Math.max(0, aws - before);
    const share = Math.min(missing, MOST * before);
    return now + (before > 0 ? Math.ceil((now * share) / before) : 0) + missing - share;
  };
  return { requests: one(ours.requests, amount.requests, then.requests), mbMs: one(ours.mbMs, amount.mbMs, then.mbMs) };
}

export const freshState = (month: string, before?: State): State => ({
  month,
  level: 'normal',
  epochs: [],
  ...(before?.configurations && { configurations: forNextMonth(before.configurations) }),
  ...(before?.schedule && { schedule: before.schedule }),
  history: [...(before?.history ?? []), ...(before?.base?.days ?? [])].slice(-28),
  otherHistory: [...(before?.otherHistory ?? []), ...(before?.base?.otherDays ?? [])].slice(-28),
  own: { runs: 0, cloudWatch: 0, writes: 0, messages: 0, ms: 0 },
});
