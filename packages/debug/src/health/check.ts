import { RESPONSE_MARGIN, withTimeout } from '@suga/gateway/deadline';
import { toBoundedText } from '../bounded-copy.js';
import type { HealthCheck } from '../contract.js';
import type { ComponentHealth, HealthState } from '../report-contract.js';

/** An added check. */
export interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeout: number;
}

/** Maximum number of characters of a reason. */
const REASON = 300;

/** Runs a check within its time limit and the deadline of the invocation. Never rejects. */
export async function runCheck({ check, timeout }: RegisteredCheck, deadline: number = Number.POSITIVE_INFINITY): Promise<ComponentHealth> {
  const started = Date.now();
  const limit = Math.max(1, Math.min(timeout, deadline - started - RESPONSE_MARGIN));
  const abort = new AbortController();
  const late = (): ComponentHealth => ({ state: 'failing', reasons: [`no response within ${limit} ms`] });
  const respond = async (): Promise<ComponentHealth> => toHealth(await check(abort.signal));
  try {
    const { state, reasons } = await withTimeout(respond().catch(failed), limit, late);
    return { ...degradedIfSlow({ state, reasons }, Date.now() - started, limit), durationMs: Date.now() - started };
  } finally {
    abort.abort();
  }
}

function degradedIfSlow(health: ComponentHealth, took: number, limit: number): ComponentHealth {
  if (health.state !== 'healthy' || took <= limit / 2) return health;
  return { state: 'degraded', reasons: [...health.reasons, `took ${took} of ${limit} ms`] };
}

const failed = (error: unknown): ComponentHealth => ({ state: 'failing', reasons: [messageOf(error)] });

function messageOf(error: unknown): string {
  try {
    return toBoundedText((error as Error | undefined)?.message ?? error, REASON);
  } catch {
    return 'the check threw a value that cannot be read';
  }
}

function toHealth(said: unknown): ComponentHealth {
  if (said === undefined || said === true || said === 'healthy') return { state: 'healthy', reasons: [] };
  if (said === false) return { state: 'failing', reasons: ['the check returned false'] };
  if (isState(said)) return { state: said, reasons: [`the check returned "${said}"`] };
  const { state = 'healthy', reasons = [] } = (said ?? { state: undefined }) as Partial<ComponentHealth>;
  if (said === null || typeof said !== 'object' || !isState(state) || !Array.isArray(reasons)) {
    return { state: 'failing', reasons: ['the check returned neither a state nor { state, reasons }'] };
  }
  return { state, reasons: reasons.slice(0, 20).map((reason) => toBoundedText(reason, REASON)) };
}

const isState = (value: unknown): value is HealthState => value === 'healthy' || value === 'degraded' || value === 'failing';
