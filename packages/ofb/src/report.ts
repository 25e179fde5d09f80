import type { FusedOperation, OfbReport, SequencesReport, UnfusedOperation } from './contract.js';
import { type Plan, type Totals, unfusedReason } from './plan/plan.js';
import type { InterfaceBatcher } from './queue/interface-batcher.js';

/** Builds the result of `explain()`, as a copy of all counters. */
export function toReport(
  enabled: boolean,
  { calls, batchCalls, largest }: Totals,
  batchers: Iterable<InterfaceBatcher>,
  sequences?: SequencesReport,
): OfbReport {
  const operations: Record<string, FusedOperation | UnfusedOperation> = {};
  for (const batcher of batchers) {
    for (const [operation, plan] of batcher.plans) operations[`${batcher.name}.${operation}`] = operationReport(plan, batcher.isShared);
  }
  return { enabled, calls, batchCalls, saved: calls - batchCalls, largest, operations, ...(sequences && { sequences }) };
}

function operationReport(plan: Plan | string, shared: boolean): FusedOperation | UnfusedOperation {
  if (typeof plan === 'string') return { fused: false, reason: plan };
  const reason = unfusedReason(plan);
  if (reason !== undefined) return { fused: false, reason };
  const { batch, form, effect, counters } = plan;
  return { fused: true, batch, form, effect, shared, ...counters, notBatched: { ...counters.notBatched } };
}
