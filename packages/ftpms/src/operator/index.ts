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

/** Commands of a person or a deployment, with their own credentials. They work without the guardian. */
export interface Operator {
  /** Checks whether the guarantee holds for the deployed functions. Do not deploy if `holds` is false; `advice` says what to change. */
  check(): Promise<Check>;
  /** Creates what is missing: the ledger's table (provisioned, 5/5), this month and the next, eight alarms, a dashboard. It can be called again. */
  setup(options?: SetupOptions): Promise<Setup>;
  /** Returns the guardian's last report, with the events since then and the ledger's present state. Returns `undefined` if the guardian has not run. */
  status(): Promise<GuardianReport | undefined>;
  /**
   * Returns a sentence for each protected function that has reserved concurrency 0 without a record of what it had. It contains the command that
   * restores the function.
   */
  stranded(): Promise<readonly string[]>;
  /** Stops every protected function until `restore`. */
  stop(): Promise<{ readonly changed: readonly string[]; readonly failed: readonly string[] }>;
  /** Restores the settings that functions had before they were stopped. @throws `NoRoom` if too little of the allowance is left */
  restore(): Promise<void>;
  /** Stops one protected function, restores it, and returns how long both took. */
  drill(name: string): Promise<Drill>;
}

/**
 * Creates the commands for an AWS account, in the region and with the credentials of the environment (AWS_REGION, AWS_ACCESS_KEY_ID, …).
 * @throws `InvalidParams` for settings that are missing or invalid. Each command throws `Forbidden` with the name of a missing permission
 */
export function createOperator(options: GuardianOptions = {}): Operator {
  const { table: name, topic, settings } = configuration(options);
  // Nothing works without region or credentials. This error names them; that of AWS's client would not.
  connection('dynamodb');
  const ports = table(name, 'operator');
  const records = ports.records(settings.scope);
  const account = awsAccount({ topic, role: 'operator', scope: settings.scope });
  const guard: GuardianDeps = { account, ledger: ports.ledger(settings.scope), records, now: Date.now, settings };
  const checked = async (): Promise<Check> => {
    const [found, deployed] = [await findTable(name), await account.deployed()];
    const has = deployed.some((each) => each.name === settings.self) && settings.self !== undefined;
    const guardian = has ? await account.concurrency(settings.self) : undefined;
    // A deployment can be checked before there is a table.
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

/** Reads the ledger's present state. A report is minutes old; the ledger knows now whether functions are stopped. */
async function present({ ledger, records, now }: GuardianDeps): Promise<NonNullable<GuardianReport['now']>> {
  const at = now();
  const [month, hold] = await Promise.all([ledger.read(monthOf(at)), records.get(HOLD)]);
  return { at, mode: month?.mode ?? 'open', isHeld: hold !== undefined };
}
