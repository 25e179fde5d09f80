import type { FusedOperation, OfbReport, SequencesReport, UnfusedOperation } from './contract.js';
import type { Plan, Totals } from './plan/plan.js';
import type { Family } from './queue/family.js';

/** What `explain()` gives; nobody's numbers but its own afterwards. */
export function reportOf(enabled: boolean, { calls, trips, largest }: Totals, families: Iterable<Family>, sequences?: SequencesReport): OfbReport {
  const operations: Record<string, FusedOperation | UnfusedOperation> = {};
  for (const family of families) {
    for (const [operation, plan] of family.plans) operations[`${family.name}.${operation}`] = told(plan, family.isShared);
  }
  return { enabled, calls, trips, saved: calls - trips, largest, operations, ...(sequences && { sequences }) };
}

function told(plan: Plan | string, shared: boolean): FusedOperation | UnfusedOperation {
  if (typeof plan === 'string') return { fused: false, because: plan };
  const because = plan.because ?? plan.aside;
  if (because !== undefined) return { fused: false, because };
  const { batch, form, effect, tally } = plan;
  return { fused: true, batch, form, effect, shared, ...tally, because: { ...tally.because } };
}
