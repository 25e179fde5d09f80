import { type Settings, settings } from './config.js';
import type { Ftpms, FtpmsOptions, FtpmsReport } from './contract.js';
import { monthOf } from './guarantee/calendar.js';
import type { GuardianCall } from './guardian/contract.js';
import { TTL_MS } from './ledger/contract.js';
import { localLedger } from './ledger/local-ledger.js';
import { type Parts, Protection } from './middleware/protection.js';

export type * from './contract.js';

/**
 * FTPMS, the Free Tier Protection & Monitoring System, as middleware: `createGateway(interfaces, { middleware: [ftpms()] })`, or
 * `control(gateway).use(ftpms())`. Put it first: what it refuses should cost nothing else.
 * @throws `InvalidParams` that names the option or the variable, its value, and what is allowed
 */
export function ftpms(options: FtpmsOptions = {}): Ftpms {
  const complete = settings(options);
  if (!complete.enabled) return off();
  return new Protection(complete, complete.table === undefined ? local(complete) : guarded(complete, complete.table));
}

/** Not `performance`: reading that global for the first time loads half a dozen of Node's modules. */
const uptimeMs = (): number => process.uptime() * 1000;

const own: Pick<Parts, 'clock' | 'random' | 'initMs'> = { clock: { now: Date.now, monotonic: uptimeMs }, random: Math.random, initMs: uptimeMs };

function guarded(complete: Settings, name: string): Parts {
  const { table, invoke } = require('./ledger/dynamodb-ledger.js') as typeof import('./ledger/dynamodb-ledger.js');
  const { guardian, scope, concurrency } = complete;
  if (concurrency !== undefined) {
    process.emitWarning('ftpms: Managed Instances are billed by the hour, and no free allowance covers them: nothing here protects from that.');
  }
  if (guardian === undefined) process.emitWarning('ftpms: no guardian is named (FTPMS_GUARDIAN): functions are stopped only when it next runs by itself.');
  const wake: Parts['wake'] = async ({ month, why }) => {
    const isSilent = why === 'silent';
    if (guardian === undefined || (isSilent && complete.failMode === 'open')) return;
    await invoke(guardian, { ftpms: 'stop', month, ...(isSilent && { silent: process.env['AWS_LAMBDA_FUNCTION_NAME'] }) } satisfies GuardianCall);
  };
  return { ...own, ledger: table(name, 'handler').ledger(scope), wake, ttlMs: TTL_MS };
}

function local(complete: Settings): Parts {
  const why = complete.isOutside ? 'this is no Lambda function, so FTPMS_TABLE is left alone' : 'there is no ledger (FTPMS_TABLE)';
  process.emitWarning(`ftpms: ${why}: this environment counts for itself alone, and NOTHING IS GUARANTEED.`);
  // Nobody settles, so what is leased stays leased.
  return { ...own, ledger: localLedger(complete), wake: async () => undefined, ttlMs: Number.POSITIVE_INFINITY };
}

function off(): Ftpms {
  process.emitWarning('ftpms: PROTECTION IS SWITCHED OFF (FTPMS_ENABLED): nothing keeps this function inside the free tier.');
  const nothing = { requests: 0, mbMs: 0 };
  const counts = { admitted: 0, refused: 0, shed: 0, emergency: 0, leases: 0, failures: 0 };
  const report = (): FtpmsReport => ({ state: 'off', level: 'normal', month: monthOf(Date.now()), lease: nothing, counts });
  return { name: 'ftpms', report };
}
