import type { GuardianOptions, GuardianReport, Operator } from '@suga/ftpms/operator';
import { isSugaError, SugaError } from '@suga/gateway/errors';
import { type Arguments, type CliErrorCode, type Command, wrongUse } from '../command.js';
import { hint } from '../did-you-mean.js';
import { checkLines, statusLines, strandedLines } from '../ftpms-report.js';
import { servePage } from '../serve-page.js';
import { print } from '../terminal-output.js';
import { writeAtomically } from '../write-file.js';

/** Loaded only by `suga ftpms`. */
const protection = (): typeof import('../protection.js').tools => (require('../protection.js') as typeof import('../protection.js')).tools;

type Task = (operator: Operator, args: Arguments) => Promise<void>;

const tasks: Readonly<Record<string, Task>> = { check, setup, status, stop, restore, drill, page };

/** `suga ftpms`: the tasks of an operator or a deployment for the free tier's protection. */
export const ftpms: Command = {
  summary: 'checks, sets up and controls the protection of the free tier',
  help: `suga ftpms check|setup|status|stop|restore|drill <function>|page [options]

  check    reads the functions from AWS and prints the guarantee with its numbers; exit code 1 if it does not hold
  setup    creates what is missing: the ledger's table, this month and the next, eight alarms, a dashboard
  status   prints the guardian's last report
  stop     stops every protected function until restore
  restore  restores the functions' concurrency; refused if the allowance is used up
  drill    stops one function, restores it, and prints how long both took
  page     writes the report as a page, or serves it on 127.0.0.1

Settings come from the same environment variables as the guardian's: FTPMS_TABLE, FTPMS_FUNCTIONS (orders:critical,thumbs), FTPMS_SCOPE, FTPMS_TOPIC,
FTPMS_GUARDIAN (never stopped; its schedule is read), FTPMS_STOP_LATENCY_S, FTPMS_EMERGENCY, limits and thresholds. Also needed: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN
(eval "$(aws configure export-credentials --format env)").

  --table <name>     instead of FTPMS_TABLE
  --scope <name>     instead of FTPMS_SCOPE
  --email <address>  setup: the address for alerts; its owner has to confirm it
  --on-demand        setup: accepts a table with on-demand capacity, which AWS bills
  --out <file>       page: the file to write
  --port <number>    page: the port to serve on (default: a free one)
  --json             check, setup, status, drill: prints JSON for programs

check, status and restore list every protected function that has reserved concurrency 0 without a record of its earlier value,
with the command that restores it, and end with exit code 1.`,
  options: {
    table: { type: 'string' },
    scope: { type: 'string' },
    email: { type: 'string' },
    'on-demand': { type: 'boolean' },
    out: { type: 'string' },
    port: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (args) => {
    const [name, ...rest] = args.files;
    if (name === undefined) throw wrongUse(`no task given; use one of ${Object.keys(tasks).join(', ')}`);
    const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
    if (!task) throw wrongUse(`unknown task ${name}${hint(name, Object.keys(tasks))}`);
    if (rest[name === 'drill' ? 1 : 0] !== undefined) throw wrongUse(`unexpected argument "${rest.at(-1)}"`);
    await asCommandFailure(() => task(protection().createOperator(toOptions(args)), args));
  },
};

function toOptions(args: Arguments): GuardianOptions {
  const [table, scope] = [args.text('table'), args.text('scope')];
  return { ...(table !== undefined && { table }), ...(scope !== undefined && { scope }) };
}

/** Turns an error of AWS or the network into one line without a stack, because it is not a fault in this program. */
async function asCommandFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isSugaError(error) || error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) throw error;
    throw new SugaError<CliErrorCode>('CommandFailed', `${error.name}: ${error.message}${ADVICE[error.name] ?? ''}`, { cause: error });
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: ' If the table is missing, create it with suga ftpms setup.',
  ValidationException: " This may not be the ledger's table; suga ftpms check looks at its key.",
};

const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);

async function check(operator: Operator, args: Arguments): Promise<void> {
  const result = await operator.check();
  if (args.flag('json')) printJson(result);
  else print(checkLines(result));
  if (!result.holds) throw commandFailed('the guarantee does not hold for these functions');
  if (result.stranded.length > 0) throw commandFailed(STRANDED);
}

const STRANDED = 'protected functions have reserved concurrency 0 without a record of their earlier value';

async function setup(operator: Operator, args: Arguments): Promise<void> {
  const email = args.text('email');
  const result = await operator.setup({ onDemand: args.flag('on-demand'), ...(email !== undefined && { email }) });
  if (args.flag('json')) return printJson(result);
  const { table, isNew, months, topic, alarms, dashboard } = result;
  print([
    `table      ${table}${isNew ? ' (new)' : ''}`,
    `months     ${months.join(', ')}`,
    `alarms     ${alarms.length}`,
    `dashboard  ${dashboard}`,
    `topic      ${topic ?? 'none: alerts are in the report only; give --email, or set FTPMS_TOPIC'}`,
    ...(topic === undefined ? [] : [`Set FTPMS_TOPIC=${topic} at the guardian.`]),
  ]);
}

const NO_REPORT = 'there is no report because the guardian has not run; check that its schedule is enabled';

async function lastReport(operator: Operator): Promise<GuardianReport> {
  const report = await operator.status();
  if (report) return report;
  throw commandFailed(NO_REPORT);
}

async function status(operator: Operator, args: Arguments): Promise<void> {
  const report = await operator.status();
  const isJson = args.flag('json');
  // The report needs only the table, so it is printed even if Lambda does not respond.
  if (report && !isJson) print(statusLines(report, Date.now()));
  const stranded = await operator.stranded();
  if (stranded.length > 0 && !isJson) print(strandedLines(stranded));
  if (!report) throw commandFailed(NO_REPORT);
  if (isJson) printJson({ ...report, stranded });
  if (stranded.length > 0) throw commandFailed(STRANDED);
}

async function stop(operator: Operator): Promise<void> {
  const { changed, failed: problems } = await operator.stop();
  print([`Stopped: ${changed.join(', ') || 'no further function'}`, 'To undo it: suga ftpms restore']);
  if (problems.length > 0) throw commandFailed(`some steps failed: ${problems.join('; ')}`);
}

async function restore(operator: Operator): Promise<void> {
  await operator.restore();
  print(['Functions have the concurrency that this month allows; see suga ftpms status.']);
}

async function drill(operator: Operator, args: Arguments): Promise<void> {
  const name = args.files[1];
  if (name === undefined) throw wrongUse('no function given; name the one to try, such as suga ftpms drill thumbs');
  const result = await operator.drill(name);
  if (args.flag('json')) return printJson(result);
  print([
    `${result.function} was stopped within ${result.stopMs} ms and restored within ${result.restoreMs} ms.`,
    `For all protected functions this takes ${result.allMs} ms. Set FTPMS_STOP_LATENCY_S well above it, because AWS applies the change with a delay.`,
  ]);
}

async function page(operator: Operator, args: Arguments): Promise<void> {
  const out = args.text('out');
  if (out === undefined) return servePage(args.text('port'), async () => protection().renderPage(await lastReport(operator)));
  writeAtomically(out, protection().renderPage(await lastReport(operator)));
  print([out]);
}

const commandFailed = (problem: string): SugaError<CliErrorCode> => new SugaError<CliErrorCode>('CommandFailed', problem.replace(/[^?]$/, '$&.'));
