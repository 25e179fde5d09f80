/** An error as JSON can hold it, for a line on the console: with its code, and with its causes up to three deep. */
export function plainError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause, code } = error as Error & { readonly code?: unknown };
  return {
    name,
    message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    stack,
    ...(cause !== undefined && depth < 3 && { cause: plainError(cause, depth + 1) }),
  };
}
