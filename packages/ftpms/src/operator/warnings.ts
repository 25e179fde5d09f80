import { toBoolean } from '@suga/gateway/settings';
import type { Deployed } from '../aws/account.js';
import type { Plan } from '../contract.js';
import type { GuardianDeps } from '../guardian/deps.js';

/** The deployed functions, the ledger's table and the guardian. */
export interface Deployment {
  readonly deployed: readonly Deployed[];
  readonly table: string;
  /** Writes a second that the table takes. Undefined if it is on demand. */
  readonly writes: number | undefined;
  /** The guardian's reserved concurrency. Undefined if it has none, or if no guardian is named. */
  readonly guardian: number | undefined;
}

/** Number of guardian invocations that may run at once: a stop and a run. */
const OVERLAP = 2;

/**
 * Returns warnings about assumptions of the inequality that the functions' variables do not confirm. They do not make the check fail, because
 * the function's code may set the same.
 */
export function warningsOf({ settings }: Pick<GuardianDeps, 'settings'>, plan: Plan, deployment: Deployment): readonly string[] {
  const listed = deployment.deployed.filter(({ name }) => name !== settings.self && settings.functions.has(name));
  const others = deployment.deployed.filter(({ name }) => name !== settings.self && !settings.functions.has(name));
  return [
    ...listed.flatMap((each) => settingsOf(each, settings.scope, deployment.table)),
    ...listed.flatMap((each) => emergencyOf(each, plan.emergency)),
    ...others.flatMap((each) => unlisted(each, settings.scope, deployment.table)),
    ...guardianOf(settings.self, deployment),
  ];
}

function settingsOf({ name, environment }: Deployed, scope: string, table: string): string[] {
  const { FTPMS_ENABLED: enabled = '', FTPMS_TABLE: own = '', FTPMS_GUARDIAN: guardian, FTPMS_SCOPE: its = 'account' } = environment;
  if (toBoolean(enabled) === false) return [`${name} has FTPMS_ENABLED=${enabled}: its use is not leased, and nothing bounds it.`];
  if (own === '') return [`${name} has no FTPMS_TABLE: unless its code passes the table to ftpms(), its use is not leased, and nothing bounds it.`];
  if (own !== table || its !== scope) return [`${name} leases from the table ${own}, scope ${its}, and not from ${table}, scope ${scope}.`];
  return guardian ? [] : [`${name} has no FTPMS_GUARDIAN: unless its code names one, functions are stopped only at the next scheduled run of the guardian.`];
}

function emergencyOf({ name, environment }: Deployed, emergency: number): string[] {
  const its = environment['FTPMS_EMERGENCY'] || '10';
  return Number(its) === emergency
    ? []
    : [`${name} may run ${its} emergencies, but the inequality counts ${emergency}. Set the same FTPMS_EMERGENCY everywhere.`];
}

/** Warns of a function that leases without being named. The guardian is not one of these: it has the table too, but also the variable FTPMS_FUNCTIONS. */
function unlisted({ name, environment }: Deployed, scope: string, table: string): string[] {
  const { FTPMS_TABLE: own, FTPMS_SCOPE: its = 'account', FTPMS_FUNCTIONS: functions } = environment;
  if (own !== table || its !== scope || functions !== undefined) return [];
  return [`${name} leases from this ledger, but FTPMS_FUNCTIONS does not name it, so it is never stopped.`];
}

function guardianOf(name: string | undefined, { deployed, guardian = 0 }: Deployment): string[] {
  if (name === undefined)
    return ['FTPMS_GUARDIAN is not set here. A stop by command also stops the guardian if FTPMS_FUNCTIONS names it, and its concurrency cannot be checked.'];
  if (!deployed.some((each) => each.name === name)) return [`The guardian, ${name}, does not exist in this region, so nothing stops functions.`];
  if (guardian >= OVERLAP) return [];
  return [`The guardian, ${name}, needs reserved concurrency ${OVERLAP}: functions without it may leave the guardian none, and a stop may come during a run.`];
}
