import { SugaError } from '@suga/gateway/errors';
import { hint } from './did-you-mean.js';

/** Codes of the command's errors: `InvalidParams` is an invalid command line (exit code 2); all others end with exit code 1. */
export type CliErrorCode = 'InvalidParams' | 'InvalidFile' | 'BakeFailed' | 'CommandFailed';

/** Options by name, in the form of `util.parseArgs`. */
export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string }>>;

/** The parsed command line. */
export interface Arguments {
  readonly files: readonly string[];
  /** Returns the value of an option. If it is given more than once, the last value counts. */
  text(option: string): string | undefined;
  list(option: string): readonly string[];
  flag(option: string): boolean;
}

/** One of `suga`'s commands. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** The full help: the call, and every option. */
  readonly help: string;
  readonly options: Options;
  run(args: Arguments): Promise<void>;
}

/** Parses the arguments of a command. @throws `InvalidParams` for unknown options and for options without their value */
export function parseArguments(args: readonly string[], options: Options): Arguments {
  const { parseArgs } = process.getBuiltinModule('node:util');
  for (const token of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const known = Object.keys(options).map((name) => `--${name}`);
    throw wrongUse(`unknown option ${token.rawName}${hint(token.rawName, known)}`);
  }
  const { values, positionals: files } = orWrongUse(() => parseArgs({ args, options, allowPositionals: true }));
  const list = (option: string): string[] => [values[option] ?? []].flat().map(String);
  return { files, text: (option) => list(option).at(-1), list, flag: (option) => values[option] === true };
}

function orWrongUse<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw wrongUse((error as Error).message.replace(/\.?$/, ''));
  }
}

/** Returns the function's memory setting in MB. @throws `InvalidParams` if it is missing or invalid */
export function parseMemory(args: Arguments, fallback?: number): number {
  const text = args.text('memory') ?? fallback?.toString();
  if (text === undefined) throw wrongUse("--memory is missing; give the function's memory setting in MB, such as --memory 512");
  const memoryMb = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (memoryMb < 128) throw wrongUse("--memory must be the function's memory setting in MB, an integer of at least 128");
  return memoryMb;
}

/** The error for an invalid command line. */
export const wrongUse = (problem: string): SugaError<CliErrorCode> => new SugaError<CliErrorCode>('InvalidParams', `${problem}.`);
