import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { ConfigErrorCode } from '../contract.js';

/** Reads the object in a JSON file. A relative path starts in the function's folder. Errors never contain values, which may be secret. */
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
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist: add it to the deployment package' : 'cannot be read';
    throw new SugaError<ConfigErrorCode>('NotFound', `config: the file ${quote(file)} ${why}.`, { cause, details: { name: path } });
  }
}

/** Parses JSON, and returns `undefined` for other text. The parser's own error would quote from the text. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** Formats a name for a message: on one line, and at most 200 characters long. */
export const quote = (name: string): string => JSON.stringify(name.length > 200 ? `${name.slice(0, 199)}…` : name);
