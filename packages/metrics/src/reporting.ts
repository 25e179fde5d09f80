import type { Control } from '@suga/gateway';
import { assertString } from '@suga/gateway/check';
import type { Metrics } from './contract.js';
import { assertDuration, EventCounts, type Observation } from './event-counts.js';
import { OperationTimings } from './operation-timings.js';
import { createReport } from './performance-report.js';
import { recorders } from './recorders.js';

/** The parts of the core that the helpers use. */
export interface ReportingDeps {
  readonly control: Control;
  /** Returns the pending metrics of the running invocation. */
  pending(): { families: EventCounts | undefined };
  publish(observation: Observation): void;
}

/** Operations that most cold starts never call: helpers, timings and the report. */
export type Reporting = Pick<
  Metrics,
  keyof ReturnType<typeof recorders> | 'recordDispatcherTiming' | 'trackOperations' | 'dispatcherStats' | 'performanceReport'
> & {
  clear(): void;
};

export function create({ control, pending, publish }: ReportingDeps): Reporting {
  const [events, timings] = [new EventCounts(), new OperationTimings()];
  let untrack: (() => void) | undefined;
  return {
    ...recorders((observation) => {
      events.add(observation);
      (pending().families ??= new EventCounts()).add(observation);
      publish(observation);
    }),
    recordDispatcherTiming: (interfaceName, operation, durationMs) => {
      for (const [param, text] of Object.entries({ interfaceName, operation })) assertString('metrics', param, text);
      assertDuration('durationMs', durationMs);
      timings.add(`${interfaceName}.${operation}`, durationMs);
    },
    trackOperations: (on) => {
      if (!on) untrack?.();
      untrack = on ? (untrack ?? control.use(timings.middleware('metrics'))) : undefined;
    },
    dispatcherStats: () => timings.stats(),
    performanceReport: (slowThresholdMs = 100) => createReport(timings.stats(), events.stats(), slowThresholdMs),
    clear: () => {
      events.clear();
      timings.clear();
    },
  };
}
