import type { Amount, Inequality, Plan, ProtectedFunction } from '../contract.js';
import { CALL_AGAIN_MS } from './call-interval.js';

/** The largest number of requests a second that AWS sends to one environment. https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html */
const REQUESTS_PER_SECOND = 10;
/** How long the ledger may be unreachable before a function is stopped for it, in ms. Short failures pass, and the guardian acts at the second call. */
export const SILENCE_MS = 20_000;
/** Lambda's time limit for an INIT, in ms. https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/ */
const INIT_MS = 10_000;
/** Default limit of concurrent executions of an account. A function without reserved concurrency is counted with it. */
const ACCOUNT_CONCURRENCY = 1000;

type Parts = Inequality['parts'];

/** Names of parts that both inequalities have. */
const REFUSED = 'refused until functions are stopped';
const CALLS = 'calls to the guardian until then';
const EMERGENCIES = 'emergencies (critical work without a lease)';

/** The amount up to which the ledger grants, so that everything that can be added stays within the limit; 0 if nothing is left. */
export function caps(plan: Plan): Amount {
  const { limit, thresholds } = plan;
  const cap = (most: number, parts: Parts): number => Math.max(0, Math.floor(Math.min(thresholds.block * most, most - sum(parts))));
  return { requests: cap(limit.requests, requestParts(plan)), mbMs: cap(limit.mbMs, computeParts(plan)) };
}

/**
 * The guarantee with its numbers: one inequality for requests, one for compute (MB·ms). They do not hold if a function has no reserved concurrency,
 * however little it uses: it is counted with 1,000, and nothing stops it there.
 * @param used The month's use. Set it if the month is blocked, its functions are stopped, and everything that they refused is measured. Then only use
 * that no stop ends can be added.
 */
export function inequalities(plan: Plan, used?: Amount): readonly Inequality[] {
  const cap = caps(plan);
  const isBounded = plan.functions.every(({ concurrency }) => concurrency !== undefined);
  const of = (what: Inequality['of'], quantity: keyof Amount, [stopping, lasting]: readonly [Parts, Parts]): Inequality => {
    const parts = used ? lasting : [...stopping, ...lasting];
    const reached = (used ?? cap)[quantity] + sum(parts);
    const common = { of: what, cap: cap[quantity], limit: plan.limit[quantity], ...(used && { used: used[quantity] }) };
    return { ...common, parts, reached, holds: isBounded && reached <= plan.limit[quantity] };
  };
  return [
    of('requests', 'requests', [stopRequests(plan), lastingParts(plan, 'requests')]),
    of('compute', 'mbMs', [stopCompute(plan), lastingParts(plan, 'mbMs')]),
  ];
}

const requestParts = (plan: Plan): Parts => [...stopRequests(plan), ...lastingParts(plan, 'requests')];
const computeParts = (plan: Plan): Parts => [...stopCompute(plan), ...lastingParts(plan, 'mbMs')];

function stopRequests({ functions, stopLatencyMs, emergency }: Plan): Parts {
  const all = total(functions, concurrencyOf);
  return [
    part(REFUSED, (REQUESTS_PER_SECOND * all * (SILENCE_MS + stopLatencyMs)) / 1000),
    part(CALLS, guardianCalls(all, stopLatencyMs)),
    part('in flight when functions stop', all),
    part(EMERGENCIES, emergency * total(functions.filter(isCritical), concurrencyOf)),
  ];
}

function stopCompute({ functions, stopLatencyMs, emergency, guardian }: Plan): Parts {
  const times = (ms: (each: ProtectedFunction) => number): number => total(functions, (each) => concurrencyOf(each) * each.memoryMb * ms(each));
  return [
    part(
      REFUSED,
      times(() => SILENCE_MS + stopLatencyMs),
    ),
    part(CALLS, guardianCalls(total(functions, concurrencyOf), stopLatencyMs) * guardian.mbMsPerCall),
    part(
      'in flight when functions stop, and INITs',
      times(({ timeoutMs }) => timeoutMs + INIT_MS),
    ),
    part(EMERGENCIES, emergency * times((each) => (isCritical(each) ? each.timeoutMs : 0))),
  ];
}

/** Use that no stop ends. */
function lastingParts({ other, otherUntilMonthEnds, guardian }: Plan, quantity: keyof Amount): Parts {
  return [
    part('functions that are not protected, until the guardian notices', other[quantity]),
    part('functions that are not protected, until the month ends', otherUntilMonthEnds[quantity]),
    part('the guardian, until the month ends', quantity === 'requests' ? guardian.invocations : guardian.mbMs),
  ];
}

/** Upper bound of the calls to the guardian: each environment calls at most once per `CALL_AGAIN_MS` until it is stopped. */
const guardianCalls = (environments: number, stopLatencyMs: number): number => environments * Math.ceil((SILENCE_MS + stopLatencyMs) / CALL_AGAIN_MS);

const part = (what: string, amount: number): Parts[number] => ({ what, amount: Math.ceil(amount) });
const isCritical = ({ critical }: ProtectedFunction): boolean => critical;
const concurrencyOf = ({ concurrency = ACCOUNT_CONCURRENCY }: ProtectedFunction): number => concurrency;
const sum = (parts: Parts): number => parts.reduce((all, { amount }) => all + amount, 0);
const total = (functions: Plan['functions'], of: (each: ProtectedFunction) => number): number => functions.reduce((all, each) => all + of(each), 0);
