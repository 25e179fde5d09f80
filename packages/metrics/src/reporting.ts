import type { Control } from '@suga/gateway';
import type { Metrics } from './contract.js';
import { Families } from './event-counts.js';
import { Dispatcher } from './operation-timings.js';
import { reportOf } from './performance-report.js';
import { type Recorded, recorders } from './recorders.js';
import { assertValue, invalid } from './validation.js';

/** What the core does with what a helper saw. */
export interface Reporting {
  readonly control: Control;
  /** Those of the running invocation. */
  page(): { families: Families | undefined };
  publish(seen: Recorded): void;
}

/** The operations that most cold starts never call: helpers, timings and the report. */
export type Reports = Pick<
  Metrics,
  keyof ReturnType<typeof recorders> | 'recordDispatcherTiming' | 'trackOperations' | 'dispatcherStats' | 'performanceReport'
> & {
  clear(): void;
};

export function createReports({ control, page, publish }: Reporting): Reports {
  const [families, dispatcher] = [new Families(), new Dispatcher()];
  let untrack: (() => void) | undefined;
  return {
    ...recorders((seen) => {
      families.add(seen);
      (page().families ??= new Families()).add(seen);
      publish(seen);
    }),
    recordDispatcherTiming: (interfaceName, operation, durationMs) => {
      for (const [param, text] of Object.entries({ interfaceName, operation })) if (typeof text !== 'string') throw invalid(param, text, 'a string');
      assertValue(durationMs);
      dispatcher.add(`${interfaceName}.${operation}`, durationMs);
    },
    trackOperations: (on) => {
      if (!on) untrack?.();
      untrack = on ? (untrack ?? control.use(dispatcher.middleware('metrics'))) : undefined;
    },
    dispatcherStats: () => dispatcher.stats(),
    performanceReport: (slowThresholdMs = 100) => reportOf(dispatcher.stats(), families.stats(), slowThresholdMs),
    clear: () => {
      families.clear();
      dispatcher.clear();
    },
  };
}
