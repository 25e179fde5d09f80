import type { Core, Host, Invocation } from '@suga/gateway';
import type { InvocationFacts, Lambda } from './contract.js';
import { costOf } from './cost.js';
import { Counts } from './counts.js';

/** What the operations do. */
export function createCore(host: Host): Core<Lambda> {
  const counts = new Counts();
  // No start hook comes for the invocation during which a core is loaded; nor an end hook, if it is loaded by work that outlives the invocation.
  const current = host.invocation();
  if (current && !host.hasEnded(current)) counts.start(current);

  return {
    operations: {
      invocation: () => factsOf(host.invocation()),
      remainingTime: () => remaining(host.invocation()) ?? Number.POSITIVE_INFINITY,
      isColdStart: () => host.invocation()?.coldStart ?? false,
      failed: () => {
        const invocation = host.invocation();
        if (invocation) counts.fail(invocation);
      },
      estimateCost: (options) => costOf(counts.billed(), options),
      stats: () => counts.stats(),
    },
    holds: () => (counts.ended > 0 ? `${counts.ended} invocations counted` : undefined),
    start: (invocation) => counts.start(invocation),
    ended: (invocation) => counts.end(invocation),
  };
}

function remaining(invocation: Invocation | undefined): number | undefined {
  return invocation?.deadline === undefined ? undefined : Math.max(0, invocation.deadline - Date.now());
}

function factsOf(invocation: Invocation | undefined): InvocationFacts | undefined {
  if (!invocation) return undefined;
  const { id, source, traceId, coldStart, startedAt } = invocation;
  const left = remaining(invocation);
  return {
    id,
    ...(source !== undefined && { source }),
    ...(traceId !== undefined && { traceId }),
    coldStart,
    elapsed: Math.max(0, Date.now() - startedAt),
    ...(left !== undefined && { remaining: left }),
  };
}
