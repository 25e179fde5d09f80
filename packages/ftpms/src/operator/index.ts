import { awsAccount } from '../aws/account.js';
import { connection } from '../config.js';
import type { GuardianReport } from '../contract.js';
import { monthOf } from '../guarantee/calendar.js';
import { restoreByHand, ruled, stopByHand } from '../guardian/commands.js';
import { configuration, type GuardianOptions } from '../guardian/config.js';
import { type GuardianDeps, HOLD } from '../guardian/deps.js';
import { type Drill, drill } from '../guardian/drill.js';
import { readEvents } from '../guardian/event-log.js';
import { lastReport } from '../guardian/report.js';
import { isStranded, strandedWords } from '../guardian/stranded.js';
import { watch } from '../guardian/watch.js';
import { table } from '../ledger/dynamodb-ledger.js';
import { memoryTable } from '../ledger/memory-ledger.js';
import { type Check, check } from './check.js';
import { beginMonths, makeAlarms, makeTopic, type Setup, type SetupOptions } from './setup.js';
import { findTable, makeTable, NEW_TABLE } from './table.js';

export type { GuardianReport } from '../contract.js';
export type { FtpmsErrorCode } from '../guardian/commands.js';
export type { GuardianOptions } from '../guardian/config.js';
export type { Drill } from '../guardian/drill.js';
export type { Check } from './check.js';
export type { Setup, SetupOptions } from './setup.js';

/** What a person or a deployment does, with credentials of its own; it works without the guardian, too. */
export interface Operator {
  /** Whether the guarantee holds for what is deployed. `holds: false` is a reason not to deploy; `advice` says what to change. */
  check(): Promise<Check>;
  /** Makes what misses: the ledger's table (provisioned, 5/5), this month and the next, eight alarms, a dashboard. May be called again. */
  setup(options?: SetupOptions): Promise<Setup>;
  /** The guardian's last report, with what has happened since; `undefined` if it has not run. */
  status(): Promise<GuardianReport | undefined>;
  /** Protected functions that have reserved concurrency 0 while nothing says what they had before, each with the command that gives it back. */
  stranded(): Promise<readonly string[]>;
  /** Stops every protected function until `restore`. */
  stop(): Promise<{ readonly changed: readonly string[]; readonly failed: readonly string[] }>;
  /** Gives functions back what they had. @throws `NoRoom` where nothing is left of the allowance */
  restore(): Promise<void>;
  /** Stops one protected function, restores it, and says how long both took. */
  drill(name: string): Promise<Drill>;
}

/**
 * Commands over an account of AWS, in the region and with the credentials of the environment (AWS_REGION, AWS_ACCESS_KEY_ID, …).
 * @throws `InvalidParams` for settings that are missing or wrong; each command `NotAllowed` that names a permission which misses
 */
export function createOperator(options: GuardianOptions = {}): Operator {
  const { table: name, topic, settings } = configuration(options);
  // Without region or credentials nothing works: better told now, in our words, than by the first client of AWS that is asked.
  connection('dynamodb');
  const ports = table(name, 'operator');
  const records = ports.records(settings.scope);
  const account = awsAccount({ topic, role: 'operator', scope: settings.scope });
  const guard: GuardianDeps = { account, ledger: ports.ledger(settings.scope), records, now: Date.now, settings };
  const checked = async (): Promise<Check> => {
    const [found, deployed] = [await findTable(name), await account.deployed()];
    const has = deployed.some((each) => each.name === settings.self) && settings.self !== undefined;
    const guardian = has ? await account.concurrency(settings.self) : undefined;
    // A deployment may be checked before there is a table.
    const sight = found ? guard : { ...guard, records: memoryTable().records(settings.scope) };
    return check(sight, { deployed, table: name, writes: (found ?? NEW_TABLE).writes, guardian });
  };
  return {
    check: checked,
    setup: async ({ email, onDemand = false } = {}) => {
      const isNew = await makeTable(name, onDemand);
      const found = await checked();
      const months = await beginMonths(guard);
      const made = await makeTopic(topic, settings.scope, email);
      return { table: name, isNew, months, topic: made, ...(await makeAlarms(guard, found, made)) };
    },
    status: () => status(guard),
    stranded: async () => (await watch(await ruled(guard), await account.functions(), true)).filter(isStranded).map(strandedWords),
    stop: () => stopByHand(guard),
    restore: () => restoreByHand(guard),
    drill: (each) => drill(guard, each),
  };
}

async function status(guard: GuardianDeps): Promise<GuardianReport | undefined> {
  const report = await lastReport(guard);
  return report && { ...report, events: await readEvents(guard), now: await present(guard) };
}

/** A report is minutes old: whether functions are stopped, the ledger knows. */
async function present({ ledger, records, now }: GuardianDeps): Promise<NonNullable<GuardianReport['now']>> {
  const at = now();
  const [month, hold] = await Promise.all([ledger.read(monthOf(at)), records.get(HOLD)]);
  return { at, mode: month?.mode ?? 'open', isHeld: hold !== undefined };
}
