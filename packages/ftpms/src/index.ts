import { type Settings, settings } from './config.js';
import type { Ftpms, FtpmsOptions, FtpmsReport } from './contract.js';
import { monthOf } from './guarantee/calendar.js';
import type { GuardianCall } from './guardian/contract.js';
import { TTL_MS } from './ledger/contract.js';
import { localLedger } from './ledger/local-ledger.js';
import { Protection, type ProtectionDeps } from './middleware/protection.js';

export type * from './contract.js';

/**
 * Free Tier Protection & Monitoring System (FTPMS): the middleware of a protected function.
 *
 * Use it as `createGateway(interfaces, { middleware: [ftpms()] })` or `control(gateway).use(ftpms())`. Put it first, so that no other middleware
 * works for an invocation that is refused. Only `ofb()` comes before it: `[ofb(), ftpms(), …]`. Single calls are then shed before they join a batch.
 * @throws `InvalidParams` with the name of the option or variable, its value, and the allowed values
 */
export function ftpms(options: FtpmsOptions = {}): Ftpms {
  const complete = settings(options);
  if (!complete.enabled) return off();
  return new Protection(complete, complete.table === undefined ? local(complete) : guarded(complete, complete.table));
}

/** `process.uptime` and not `performance`: the first read of that global loads half a dozen of Node's modules. */
const uptimeMs = (): number => process.uptime() * 1000;

const own: Pick<ProtectionDeps, 'clock' | 'random' | 'initMs'> = { clock: { now: Date.now, monotonic: uptimeMs }, random: Math.random, initMs: uptimeMs };

function guarded(complete: Settings, name: string): ProtectionDeps {
  const { table, invoke } = require('./ledger/dynamodb-ledger.js') as typeof import('./ledger/dynamodb-ledger.js');
  const { guardian, scope, concurrency } = complete;
  if (concurrency !== undefined) {
    process.emitWarning('ftpms: Managed Instances are billed by the hour and have no free allowance. ftpms cannot limit their cost.');
  }
  if (guardian === undefined) process.emitWarning("ftpms: FTPMS_GUARDIAN is not set: functions stop only at the guardian's next scheduled run.");
  const wake: ProtectionDeps['wake'] = async ({ month, why }) => {
    const isSilent = why === 'silent';
    if (guardian === undefined || (isSilent && complete.failMode === 'open')) return;
    await invoke(guardian, { ftpms: 'stop', month, ...(isSilent && { silent: process.env['AWS_LAMBDA_FUNCTION_NAME'] }) } satisfies GuardianCall);
  };
  return { ...own, ledger: table(name, 'handler').ledger(scope), wake, ttlMs: TTL_MS };
}

function local(complete: Settings): ProtectionDeps {
  const why = complete.isOutside ? 'this is not a Lambda function, so FTPMS_TABLE is ignored' : 'FTPMS_TABLE is not set';
  process.emitWarning(`ftpms: ${why}. This environment counts only its own use, and NOTHING IS GUARANTEED.`);
  // Local mode has no guardian that settles grants, so a grant stays counted as used and never expires.
  return { ...own, ledger: localLedger(complete), wake: async () => undefined, ttlMs: Number.POSITIVE_INFINITY };
}

function off(): Ftpms {
  process.emitWarning('ftpms: PROTECTION IS SWITCHED OFF (FTPMS_ENABLED). Nothing keeps this function inside the free tier.');
  const nothing = { requests: 0, mbMs: 0 };
  const counts = { admitted: 0, refused: 0, shed: 0, emergency: 0, leases: 0, failures: 0 };
  const report = (): FtpmsReport => ({ state: 'off', level: 'normal', month: monthOf(Date.now()), lease: nothing, counts });
  return { name: 'ftpms', report };
}
