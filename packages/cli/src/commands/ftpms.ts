import type { GuardianOptions, GuardianReport, Operator } from '@suga/ftpms/operator';
import { isSugaError, SugaError } from '@suga/gateway/errors';
import { type Arguments, type CliErrorCode, type Command, wrongUse } from '../command.js';
import { hint } from '../did-you-mean.js';
import { checkLines, statusLines, strandedLines } from '../ftpms-report.js';
import { servePage } from '../serve-page.js';
import { print } from '../terminal-output.js';
import { writeAtomically } from '../write-file.js';

/** Loaded by `suga ftpms`, and by no other command. */
const protection = (): typeof import('../protection.js').tools => (require('../protection.js') as typeof import('../protection.js')).tools;

type Task = (operator: Operator, args: Arguments) => Promise<void>;

const tasks: Readonly<Record<string, Task>> = { check, setup, status, stop, restore, drill, page };

/** `suga ftpms`: what a person or a deployment does about the free tier's protection. */
export const ftpms: Command = {
  summary: 'checks, sets up and commands the protection of the free tier',
  help: `suga ftpms check|setup|status|stop|restore|drill <function>|page [options]

  check    reads the functions from AWS and prints the guarantee with its numbers; exit code 1 if it does not hold
  setup    makes what misses: the ledger's table, this month and the next, eight alarms, a dashboard
  status   prints the guardian's last report
  stop     stops every protected function until restore
  restore  gives functions back what they had; refused if nothing is left
  drill    stops one function, restores it, and says how long both took
  page     writes the report as a page, or serves it on 127.0.0.1

Settings come from the environment, as the guardian's: FTPMS_TABLE, FTPMS_FUNCTIONS (orders:critical,thumbs), FTPMS_SCOPE, FTPMS_TOPIC,
FTPMS_GUARDIAN (never stopped; its schedule is read), FTPMS_STOP_LATENCY_S, FTPMS_EMERGENCY, limits and thresholds. So do AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN
(eval "$(aws configure export-credentials --format env)").

  --table <name>     instead of FTPMS_TABLE
  --scope <name>     instead of FTPMS_SCOPE
  --email <address>  setup: gets the alerts, once its owner has confirmed
  --on-demand        setup: takes a table on demand as it is, which AWS bills
  --out <file>       page: the file to write
  --port <number>    page: the port to serve on (default: a free one)
  --json             check, setup, status, drill: for programs

check, status and restore name every protected function that has reserved concurrency 0 while nothing says what it had before,
with the command that gives it back, and end with exit code 1.`,
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
    if (name === undefined) throw wrongUse(`there is no task; give one of ${Object.keys(tasks).join(', ')}`);
    const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
    if (!task) throw wrongUse(`there is no task ${name}${hint(name, Object.keys(tasks))}`);
    if (rest[name === 'drill' ? 1 : 0] !== undefined) throw wrongUse(`"${rest.at(-1)}" is too much`);
    await asCommandFailure(() => task(protection().createOperator(toOptions(args)), args));
  },
};

function toOptions(args: Arguments): GuardianOptions {
  const [table, scope] = [args.text('table'), args.text('scope')];
  return { ...(table !== undefined && { table }), ...(scope !== undefined && { scope }) };
}

/** What AWS or the network says is no mistake of ours: it is told in a line, without a stack. */
async function asCommandFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isSugaError(error) || error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) throw error;
    throw new SugaError<CliErrorCode>('CommandFailed', `${error.name}: ${error.message}${ADVICE[error.name] ?? ''}`, { cause: error });
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: ' Is the table there? suga ftpms setup makes it.',
  ValidationException: " Is it another table than the ledger's? suga ftpms check looks at its key.",
};

const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);

async function check(operator: Operator, args: Arguments): Promise<void> {
  const result = await operator.check();
  if (args.flag('json')) printJson(result);
  else print(checkLines(result));
  if (!result.holds) throw commandFailed('the guarantee does not hold for these functions');
  if (result.stranded.length > 0) throw commandFailed(STRANDED);
}

const STRANDED = 'protected functions are at 0 while nothing says what they had before';

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

const NO_REPORT = 'there is no report, as the guardian has not run: is its schedule on?';

async function lastReport(operator: Operator): Promise<GuardianReport> {
  const report = await operator.status();
  if (report) return report;
  throw commandFailed(NO_REPORT);
}

async function status(operator: Operator, args: Arguments): Promise<void> {
  const report = await operator.status();
  const isJson = args.flag('json');
  // The report needs the table only: it is told even if Lambda does not answer.
  if (report && !isJson) print(statusLines(report, Date.now()));
  const stranded = await operator.stranded();
  if (stranded.length > 0 && !isJson) print(strandedLines(stranded));
  if (!report) throw commandFailed(NO_REPORT);
  if (isJson) printJson({ ...report, stranded });
  if (stranded.length > 0) throw commandFailed(STRANDED);
}

async function stop(operator: Operator): Promise<void> {
  const { changed, failed: problems } = await operator.stop();
  print([`Stopped: ${changed.join(', ') || 'nothing that was not'}`, 'To undo it: suga ftpms restore']);
  if (problems.length > 0) throw commandFailed(`not everything could be done: ${problems.join('; ')}`);
}

async function restore(operator: Operator): Promise<void> {
  await operator.restore();
  print(['Functions have what the month allows them; see suga ftpms status.']);
}

async function drill(operator: Operator, args: Arguments): Promise<void> {
  const name = args.files[1];
  if (name === undefined) throw wrongUse('there is no function; give the one to try it on, such as suga ftpms drill thumbs');
  const result = await operator.drill(name);
  if (args.flag('json')) return printJson(result);
  print([
    `${result.function} was stopped within ${result.stopMs} ms and restored within ${result.restoreMs} ms.`,
    `For all protected functions that is ${result.allMs} ms: FTPMS_STOP_LATENCY_S must be well above, as AWS takes its time to act on it.`,
  ]);
}

async function page(operator: Operator, args: Arguments): Promise<void> {
  const out = args.text('out');
  if (out === undefined) return servePage(args.text('port'), async () => protection().renderPage(await lastReport(operator)));
  writeAtomically(out, protection().renderPage(await lastReport(operator)));
  print([out]);
}

const commandFailed = (problem: string): SugaError<CliErrorCode> => new SugaError<CliErrorCode>('CommandFailed', problem.replace(/[^?]$/, '$&.'));
