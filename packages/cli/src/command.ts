import { SugaError } from '@suga/gateway/errors';
import { hint } from './did-you-mean.js';

/** What went wrong: the command line (exit code 2), a file, the bake, or what AWS was asked for (1). */
export type CliErrorCode = 'InvalidParams' | 'InvalidFile' | 'BakeFailed' | 'CommandFailed';

/** An option as `util.parseArgs` takes it. All others are texts. */
export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string }>>;

/** What the command line says. */
export interface Arguments {
  readonly files: readonly string[];
  /** An option that is given once; of one that is given more often, the last. */
  text(option: string): string | undefined;
  list(option: string): readonly string[];
  flag(option: string): boolean;
}

/** One of `suga`'s commands. */
export interface Command {
  /** What it does, in a line of the list of commands. */
  readonly summary: string;
  /** How to call it, and what the options mean. */
  readonly help: string;
  readonly options: Options;
  run(args: Arguments): Promise<void>;
}

/** @throws `InvalidParams` for options that the command does not have, or that lack their value */
export function parseArguments(args: readonly string[], options: Options): Arguments {
  const { parseArgs } = process.getBuiltinModule('node:util');
  for (const token of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const known = Object.keys(options).map((name) => `--${name}`);
    throw wrongUse(`there is no option ${token.rawName}${hint(token.rawName, known)}`);
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

/** The function's memory setting in MB. @throws `InvalidParams` where it is none */
export function parseMemory(args: Arguments, fallback?: number): number {
  const text = args.text('memory') ?? fallback?.toString();
  if (text === undefined) throw wrongUse("--memory is missing; give the function's memory setting in MB, such as --memory 512");
  const memoryMb = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (memoryMb < 128) throw wrongUse("--memory must be the function's memory setting in MB, a whole number from 128");
  return memoryMb;
}

/** The command line cannot be meant so. */
export const wrongUse = (problem: string): SugaError<CliErrorCode> => new SugaError<CliErrorCode>('InvalidParams', `${problem}.`);
