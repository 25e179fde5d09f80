import type { Deployed } from '../aws/account.js';
import type { Plan } from '../contract.js';
import { isOff } from '../environment-variables.js';
import type { GuardianDeps } from '../guardian/deps.js';

/** Beside the functions: what a deployment said, and what the ledger is in. */
export interface Scene {
  readonly deployed: readonly Deployed[];
  readonly table: string;
  /** Writes a second that the table takes; `undefined` where it is on demand. */
  readonly writes: number | undefined;
  /** The guardian's reserved concurrency; `undefined` where there is none, or no guardian is named. */
  readonly guardian: number | undefined;
}

/** A stop and a run may be under way at once. */
const OVERLAP = 2;

/** What the inequality takes for granted and the deployment does not say: code may say it, so it is no reason to refuse. */
export function warningsOf({ settings }: Pick<GuardianDeps, 'settings'>, plan: Plan, scene: Scene): readonly string[] {
  const listed = scene.deployed.filter(({ name }) => name !== settings.self && settings.functions.has(name));
  const others = scene.deployed.filter(({ name }) => name !== settings.self && !settings.functions.has(name));
  return [
    ...listed.flatMap((each) => settingsOf(each, settings.scope, scene.table)),
    ...listed.flatMap((each) => emergencyOf(each, plan.emergency)),
    ...others.flatMap((each) => unlisted(each, settings.scope, scene.table)),
    ...guardianOf(settings.self, scene),
  ];
}

function settingsOf({ name, environment }: Deployed, scope: string, table: string): string[] {
  const { FTPMS_ENABLED: enabled = '', FTPMS_TABLE: own = '', FTPMS_GUARDIAN: guardian, FTPMS_SCOPE: its = 'account' } = environment;
  if (isOff(enabled)) return [`${name} has FTPMS_ENABLED=${enabled}: its use is not leased, and nothing bounds it.`];
  if (own === '') return [`${name} has no FTPMS_TABLE: unless its code names the table to ftpms(), its use is not leased, and nothing bounds it.`];
  if (own !== table || its !== scope) return [`${name} leases from the table ${own}, scope ${its}: not from ${table}, scope ${scope}.`];
  return guardian ? [] : [`${name} has no FTPMS_GUARDIAN: unless its code names one, functions are stopped only when the guardian next runs by itself.`];
}

function emergencyOf({ name, environment }: Deployed, emergency: number): string[] {
  const its = environment['FTPMS_EMERGENCY'] || '10';
  return Number(its) === emergency ? [] : [`${name} may serve ${its} emergencies, and the sum has ${emergency}: set FTPMS_EMERGENCY alike everywhere.`];
}

/** A guardian has the table too, and names the functions. */
function unlisted({ name, environment }: Deployed, scope: string, table: string): string[] {
  const { FTPMS_TABLE: own, FTPMS_SCOPE: its = 'account', FTPMS_FUNCTIONS: functions } = environment;
  if (own !== table || its !== scope || functions !== undefined) return [];
  return [`${name} leases from this ledger, and FTPMS_FUNCTIONS does not name it: nobody stops it.`];
}

function guardianOf(name: string | undefined, { deployed, guardian = 0 }: Scene): string[] {
  if (name === undefined)
    return ['FTPMS_GUARDIAN is not set here: a stop by command would not spare the guardian if it is named, and whether it has concurrency is not known.'];
  if (!deployed.some((each) => each.name === name)) return [`The guardian, ${name}, is not in this region: nobody stops functions.`];
  if (guardian >= OVERLAP) return [];
  return [`The guardian, ${name}, needs reserved concurrency ${OVERLAP}: functions without any may leave it none, and a stop may come during a run.`];
}
