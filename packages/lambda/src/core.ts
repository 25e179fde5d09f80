import type { Core, Host, Invocation } from '@suga/gateway';
import type { InvocationFacts, Lambda } from './contract.js';
import { estimateCost } from './cost-estimate.js';
import { InvocationStats } from './invocation-stats.js';

/** Creates the operations of the interface `lambda`. */
export function createCore(host: Host): Core<Lambda> {
  const counts = new InvocationStats();
  // The gateway calls no start hook for the invocation during which a core is loaded, and no end hook if that invocation has ended already.
  const current = host.invocation();
  if (current && !host.hasEnded(current)) counts.start(current);

  return {
    operations: {
      invocation: () => toFacts(host.invocation()),
      remainingTime: () => remainingTime(host.invocation()) ?? Number.POSITIVE_INFINITY,
      isColdStart: () => host.invocation()?.coldStart ?? false,
      failed: () => {
        const invocation = host.invocation();
        if (invocation) counts.fail(invocation);
      },
      estimateCost: (options) => estimateCost(counts.billed(), options),
      stats: () => counts.stats(),
    },
    heldState: () => (counts.ended > 0 ? `${counts.ended} invocations counted` : undefined),
    start: (invocation) => counts.start(invocation),
    ended: (invocation) => counts.end(invocation),
  };
}

function remainingTime(invocation: Invocation | undefined): number | undefined {
  return invocation?.deadline === undefined ? undefined : Math.max(0, invocation.deadline - Date.now());
}

function toFacts(invocation: Invocation | undefined): InvocationFacts | undefined {
  if (!invocation) return undefined;
  const { id, source, traceId, coldStart, startedAt } = invocation;
  const remaining = remainingTime(invocation);
  return {
    id,
    ...(source !== undefined && { source }),
    ...(traceId !== undefined && { traceId }),
    coldStart,
    elapsed: Math.max(0, Date.now() - startedAt),
    ...(remaining !== undefined && { remaining }),
  };
}
