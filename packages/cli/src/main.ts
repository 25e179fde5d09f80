#!/usr/bin/env node
import { isSugaError } from '@suga/gateway/errors';
import { type CliErrorCode, type Command, parseArguments, wrongUse } from './command.js';
import { bake } from './commands/bake.js';
import { ftpms } from './commands/ftpms.js';
import { profile } from './commands/profile.js';
import { report } from './commands/report.js';
import { hint } from './did-you-mean.js';
import { escapeControls, print, table } from './terminal-output.js';

const commands: Readonly<Record<string, Command>> = { report, profile, bake, ftpms };
const flags = ['--help', '-h', '--version', '-v'];

async function main([name = 'help', ...args]: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') print([version()]);
  else if (name === 'help' || name === '--help' || name === '-h') help(args[0]);
  else await run(name, args);
}

async function run(name: string, args: readonly string[]): Promise<void> {
  const command = findCommand(name);
  const parsed = parseArguments(args, { ...command.options, help: { type: 'boolean', short: 'h' } });
  if (parsed.flag('help')) help(name);
  else await command.run(parsed);
}

function findCommand(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command;
  // Suggests options for an option, and commands for a word.
  const [kind, known] = name.startsWith('-') ? ['option', flags] : ['command', [...Object.keys(commands), 'help']];
  throw wrongUse(`unknown ${kind} ${name}${hint(name, known)}`);
}

function help(name: string | undefined): void {
  const rows = Object.entries(commands).map(([each, { summary }]) => [each, summary]);
  const list = table([...rows, ['help [command]', 'explains a command'], ['--version', 'prints the version']]);
  print(name === undefined || name === 'help' ? ['suga <command> [options]', '', ...list] : findCommand(name).help.split('\n'));
}

function version(): string {
  const file = process.getBuiltinModule('node:path').join(__dirname, '..', 'package.json');
  return (JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The reader of our output may close it before we are done (`suga report … | head`). */
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

main(process.argv.slice(2)).catch((error: unknown) => {
  // Any other error is a fault in this program. Its stack has to be in the fault report.
  if (!isSugaError<CliErrorCode>(error)) throw error;
  const isUse = error.code === 'InvalidParams';
  process.stderr.write(`suga: ${escapeControls(error.message)}${isUse ? ' See suga help.' : ''}\n`);
  process.exitCode = isUse ? 2 : 1;
});
