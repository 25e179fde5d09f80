import { awsAccount } from '../aws/account.js';
import type { GuardianReport } from '../contract.js';
import { table } from '../ledger/dynamodb-ledger.js';
import { restoreByHand } from './commands.js';
import { configuration, type GuardianOptions } from './config.js';
import type { GuardianDeps } from './deps.js';
import { drill } from './drill.js';
import { stopNow } from './enforce.js';
import { readCall } from './parse-event.js';
import { reconcile } from './reconcile.js';
import { createRunSchedule } from './run-interval.js';
import type { Done } from './stop.js';
import { stopSilent } from './unreachable-ledger.js';

export type { GuardianReport } from '../contract.js';
export type { FtpmsErrorCode } from './commands.js';
export type { GuardianOptions } from './config.js';
export type { GuardianCall } from './contract.js';

/** The response of the guardian, for a person who invokes it by hand. */
export interface GuardianResult {
  readonly did: 'reconciled' | 'stopped' | 'restored' | 'drilled' | 'nothing';
  readonly level?: GuardianReport['level'];
  readonly details?: object;
}

/**
 * Creates the guardian's Lambda handler: for a schedule (`rate(1 minute)`), for SNS messages of its alarms, and for the events that environments and
 * people send. Several invocations may run at once. A run does nothing if another one is in progress.
 * @throws at the first call: `InvalidParams` for settings that are missing or invalid; `Forbidden` with the name of a missing permission
 */
export function createGuardian(options: GuardianOptions = {}): (event: unknown) => Promise<GuardianResult> {
  let guard: GuardianDeps | undefined;
  const schedule = createRunSchedule();
  return async (event) => {
    const call = readCall(event);
    guard ??= guardFor(options);
    switch (call.ftpms) {
      case 'stop':
        return { did: 'stopped', details: wordsOf(await (call.silent === undefined ? stopNow(guard, call.month) : stopSilent(guard, call.silent))) };
      case 'restore':
        return restoreByHand(guard).then(() => ({ did: 'restored' }));
      case 'drill':
        return { did: 'drilled', details: await drill(guard, call.function) };
      case 'nothing':
        return { did: 'nothing' };
      default:
        return call.isScheduled && !schedule.isDue(guard.now()) ? { did: 'nothing' } : run(guard, schedule);
    }
  };
}

/** Converts errors to strings, because a response is JSON. */
const wordsOf = ({ problems = [], ...done }: Done): object => ({ ...done, ...(problems.length > 0 && { problems: problems.map(({ message }) => message) }) });

async function run(guard: GuardianDeps, schedule: ReturnType<typeof createRunSchedule>): Promise<GuardianResult> {
  const report = await reconcile(guard);
  if (!report) return { did: 'nothing' };
  schedule.ran(report);
  return { did: 'reconciled', level: report.level };
}

/** Creates the guardian's dependencies from its settings. */
function guardFor(options: GuardianOptions): GuardianDeps {
  const { table: name, topic, settings } = configuration(options);
  const ports = table(name, 'guardian');
  const { scope } = settings;
  return { account: awsAccount({ topic, role: 'guardian', scope }), ledger: ports.ledger(scope), records: ports.records(scope), now: Date.now, settings };
}
