import type { ErrorDetails } from './contract.js';
import { optionsOf } from './options.js';

const MAX_CAUSES = 5;
const MAX_ERRORS = 100;

/** What is known of whatever was thrown. Reading an error can throw, too. */
export function errorDetails(error: unknown, options: { readonly stack?: boolean } = {}, depth = 0): ErrorDetails {
  const { stack = true } = optionsOf(options);
  if (typeof error !== 'object' || error === null) return { name: typeof error, message: String(error) };
  const name = text(read(error, 'name')) ?? 'Error';
  const message = text(read(error, 'message')) ?? '';
  const [code, trace, cause, errors] = ['code', 'stack', 'cause', 'errors'].map((key) => read(error, key));
  const deeper = (one: unknown): ErrorDetails => errorDetails(one, options, depth + 1);
  return {
    name,
    message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(stack && typeof trace === 'string' && { stack: trace }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: deeper(cause) }),
    ...(Array.isArray(errors) && depth < MAX_CAUSES && { errors: errors.slice(0, MAX_ERRORS).map(deeper) }),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function read(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
