import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { ConfigErrorCode } from '../contract.js';

/** The object in a JSON file; a relative path is one in the function's folder. What the file holds is never told: it may be secret. */
export function readSettings(path: string): Readonly<Record<string, unknown>> {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw invalidParam('config', 'path', path, 'the path of a JSON file');
  const settings = parse(contentOf(path));
  if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings as Record<string, unknown>;
  throw new SugaError<ConfigErrorCode>('InvalidValue', `config: the file ${quote(path)} must hold one JSON object.`, { details: { name: path } });
}

function contentOf(path: string): string {
  const { resolve } = process.getBuiltinModule('node:path');
  const file = resolve(process.env['LAMBDA_TASK_ROOT'] ?? '.', path);
  try {
    return process.getBuiltinModule('node:fs').readFileSync(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there: add it to what is deployed' : 'cannot be read';
    throw new SugaError<ConfigErrorCode>('NotFound', `config: the file ${quote(file)} ${why}.`, { cause, details: { name: path } });
  }
}

/** `undefined` for what is no JSON; the parser's own message would quote from the text. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** A name in a message: on one line and not too long, whatever is in it. */
export const quote = (name: string): string => JSON.stringify(name.length > 200 ? `${name.slice(0, 199)}…` : name);
