import { SugaError } from '@suga/gateway/errors';
import type { LmmsReport, Usage } from '@suga/lmms';
import { mergeUsage } from '@suga/lmms/advice';
import type { CliErrorCode } from './command.js';
import { validateReport, validateUsage } from './validate-input.js';

/** What the files hold. */
export interface Input {
  /** All usage, merged; `undefined` where there is none. */
  readonly usage: Usage | undefined;
  readonly reports: readonly { readonly file: string; readonly report: LmmsReport }[];
}

/**
 * Reads files of JSON, one export each or one a line, as they come out of logs. `-` is standard input.
 * @throws `InvalidFile` that names the file, and what in it is wrong
 */
export async function readInputFiles(files: readonly string[]): Promise<Input> {
  const usages: Usage[] = [];
  const reports: { file: string; report: LmmsReport }[] = [];
  for (const file of files) {
    for (const { value, line } of parseValues(file, await readText(file))) {
      const isReport = typeof value === 'object' && value !== null && 'loaded' in value && 'settings' in value;
      const problem = isReport ? validateReport(value, '') : validateUsage(value, '');
      if (problem) throw invalidFile(file, `${line}it is nothing that lmms().usage() or lmms().report() gives: ${problem}`);
      if (isReport) reports.push({ file, report: value as LmmsReport });
      else usages.push(value as Usage);
    }
  }
  return { usage: mergeAll(usages), reports };
}

/** By the thousand: there may be more than a call has room for. */
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

/** The values in a text, and where there are several, on which line each is. */
function parseValues(file: string, text: string): readonly { readonly value: unknown; readonly line: string }[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const whole = tryParse(lines.join('\n'));
  if (!whole.error) return [{ value: whole.value, line: '' }];
  const each = lines.flatMap((part, index) => (part.trim() ? [{ ...tryParse(part), line: `line ${index + 1}: ` }] : []));
  const invalid = each.find(({ error }) => error);
  if (invalid === undefined && each.length > 0) return each;
  // Where not even the first line is JSON, it is not meant line by line.
  const { error, line } = invalid === undefined || invalid === each[0] ? { error: whole.error, line: '' } : invalid;
  throw invalidFile(file, `${line}it is no JSON: ${error?.message}`, error);
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
