import type { ErrorDetails } from './contract.js';
import { optionsOf } from './parse-options.js';

const MAX_CAUSES = 5;
const MAX_ERRORS = 100;
/** Of all together: errors that hold each other would be told without end. */
const MAX_TOLD = 1_000;

/** What is known of whatever was thrown. Reading an error can throw, too. */
export function errorDetails(error: unknown, options: { readonly stack?: boolean | undefined } = {}): ErrorDetails {
  const { stack = true } = optionsOf(options);
  let left = MAX_TOLD;
  const tell = (one: unknown, depth: number): ErrorDetails => {
    if (typeof one !== 'object' || one === null) return { name: typeof one, message: String(one) };
    if (left-- <= 0) return { name: 'Error', message: '[cut]' };
    const [name, message, code, trace, cause, errors] = ['name', 'message', 'code', 'stack', 'cause', 'errors'].map((key) => read(one, key));
    const deeper = (inner: unknown): ErrorDetails => tell(inner, depth + 1);
    return {
      name: text(name) ?? 'Error',
      message: text(message) ?? '',
      ...((typeof code === 'string' || typeof code === 'number') && { code }),
      ...(stack && typeof trace === 'string' && { stack: trace }),
      ...(cause !== undefined && depth < MAX_CAUSES && { cause: deeper(cause) }),
      ...(Array.isArray(errors) && depth < MAX_CAUSES && { errors: errors.slice(0, MAX_ERRORS).map(deeper) }),
    };
  };
  return tell(error, 0);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function read(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
