/**
 * Runs secondary work, such as a hook or a disposal, whose failure must not affect the main work. A failure becomes a process warning, so
 * that it is not lost either.
 */
export function runSafely(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    warn(error);
  }
}

/** Reports a thrown value as a process warning. */
export function warn(error: unknown): void {
  const cause = error === undefined ? undefined : { cause: error };
  process.emitWarning(error instanceof Error ? error : new Error('A value was thrown that is not an Error.', cause));
}
