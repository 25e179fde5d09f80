import type { Amount, AwsUse, Level, Projection } from '../contract.js';
import { type ConfigurationHistory, forNextMonth } from './configuration-history.js';
import type { Base, DayUse } from './measure.js';
import type { Schedule } from './schedule.js';

/** State that one run leaves for the next. */
export interface State {
  readonly month: string;
  readonly level: Level;
  readonly base?: Base;
  readonly configurations?: ConfigurationHistory;
  /** Days of earlier months, at most 28, in order. */
  readonly history: readonly DayUse[];
  /** Days of functions that are not protected. */
  readonly otherHistory: readonly DayUse[];
  readonly schedule?: Schedule;
  readonly projection?: { readonly requests: Projection; readonly mbMs: Projection };
  readonly aws?: AwsFigure;
  /** Start times of epochs that still matter. */
  readonly epochs: readonly number[];
  readonly own: OwnCalls;
}

/** AWS's own figures, and ours at the time they were read. */
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
  /** Duration of all runs together, in ms. */
  readonly ms: number;
}

/**
 * Share of our figure up to which a difference counts as proportional to it (INITs, data that CloudWatch lost). The rest counts as separate use, for
 * example of another region.
 */
const MOST = 0.25;

/** Returns our figures, corrected by AWS's. Those are hours old, so they can only make ours larger. */
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
