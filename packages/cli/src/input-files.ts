import { SugaError } from '@suga/gateway/errors';
import type { LmmsReport, Usage } from '@suga/lmms';
import { mergeUsage } from '@suga/lmms/advice';
import type { CliErrorCode } from './command.js';
import { validateReport, validateUsage } from './validate-input.js';

/** Usage and reports that were read from the files. */
export interface Input {
  /** All usage, merged. `undefined` if the files hold none. */
  readonly usage: Usage | undefined;
  readonly reports: readonly { readonly file: string; readonly report: LmmsReport }[];
}

/**
 * Reads JSON files. A file holds one export, or one per line, as logs do. `-` is standard input.
 * @throws `InvalidFile` with the file's name and the problem in it
 */
export async function readInputFiles(files: readonly string[]): Promise<Input> {
  const usages: Usage[] = [];
  const reports: { file: string; report: LmmsReport }[] = [];
  for (const file of files) {
    for (const { value, line } of parseValues(file, await readText(file))) {
      const isReport = typeof value === 'object' && value !== null && 'loaded' in value && 'settings' in value;
      const problem = isReport ? validateReport(value, '') : validateUsage(value, '');
      if (problem) throw invalidFile(file, `${line}it is not output of lmms().usage() or lmms().report(): ${problem}`);
      if (isReport) reports.push({ file, report: value as LmmsReport });
      else usages.push(value as Usage);
    }
  }
  return { usage: mergeAll(usages), reports };
}

/** Merges usage in groups of 1000, because a call has a limited number of arguments. */
function mergeAll(usages: readonly Usage[]): Usage | undefined {
  const parts: Usage[] = [];
  for (let at = 0; at < usages.length; at += 1000) parts.push(mergeUsage(...usages.slice(at, at + 1000)));
  return parts.length > 0 ? mergeUsage(...parts) : undefined;
}

async function readText(file: string): Promise<string> {
  try {
    if (file !== '-') return process.getBuiltinModule('node:fs').readFileSync(file, 'utf8');
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw invalidFile(file, (error as Error).message, error);
  }
}

/** Returns the values in a string. If there are several, each has its line. */
function parseValues(file: string, text: string): readonly { readonly value: unknown; readonly line: string }[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const whole = tryParse(lines.join('\n'));
  if (!whole.error) return [{ value: whole.value, line: '' }];
  const each = lines.flatMap((part, index) => (part.trim() ? [{ ...tryParse(part), line: `line ${index + 1}: ` }] : []));
  const invalid = each.find(({ error }) => error);
  if (invalid === undefined && each.length > 0) return each;
  // If not even the first line is JSON, the file does not hold one export per line.
  const { error, line } = invalid === undefined || invalid === each[0] ? { error: whole.error, line: '' } : invalid;
  throw invalidFile(file, `${line}it is not JSON: ${error?.message}`, error);
}

function tryParse(text: string): { readonly value: unknown; readonly error?: Error } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { value: undefined, error: error as Error };
  }
}

const invalidFile = (file: string, problem: string, cause?: unknown): SugaError<CliErrorCode> =>
  new SugaError<CliErrorCode>('InvalidFile', `${file === '-' ? 'standard input' : file}: ${problem}.`, { cause });
