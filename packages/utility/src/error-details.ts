import type { ErrorDetails } from './contract.js';
import { parseOptions } from './parse-options.js';

const MAX_CAUSES = 5;
const MAX_ERRORS = 100;
/** Limit of all errors together: errors that refer to each other would otherwise never end. */
const MAX_TOTAL_ERRORS = 1_000;

/** Converts any thrown value to data. Reading a property of an error can throw, so every read is guarded. */
export function errorDetails(error: unknown, options: { readonly stack?: boolean | undefined } = {}): ErrorDetails {
  const { stack = true } = parseOptions(options);
  let remaining = MAX_TOTAL_ERRORS;
  const describe = (value: unknown, depth: number): ErrorDetails => {
    if (typeof value !== 'object' || value === null) return { name: typeof value, message: String(value) };
    if (remaining-- <= 0) return { name: 'Error', message: '[cut]' };
    const [name, message, code, trace, cause, errors] = ['name', 'message', 'code', 'stack', 'cause', 'errors'].map((key) => tryRead(value, key));
    const describeInner = (inner: unknown): ErrorDetails => describe(inner, depth + 1);
    return {
      name: asText(name) ?? 'Error',
      message: asText(message) ?? '',
      ...((typeof code === 'string' || typeof code === 'number') && { code }),
      ...(stack && typeof trace === 'string' && { stack: trace }),
      ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeInner(cause) }),
      ...(Array.isArray(errors) && depth < MAX_CAUSES && { errors: errors.slice(0, MAX_ERRORS).map(describeInner) }),
    };
  };
  return describe(error, 0);
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function tryRead(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
