/**
 * Runs what must not break what it accompanies (a hook, a disposal): a failure becomes a warning of the process.
 * The answer is ready or the interface loaded by then; that must not be lost, and the failure must not go unseen.
 */
export function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    warn(error);
  }
}

/** Tells of an error as a warning of the process, whatever it is that was thrown. */
export function warn(error: unknown): void {
  const cause = error === undefined ? undefined : { cause: error };
  process.emitWarning(error instanceof Error ? error : new Error('Something was thrown that is no error.', cause));
}
