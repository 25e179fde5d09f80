/** Converts an error to plain data for a line of JSON on the console, with its code and up to three levels of causes. */
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
