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
  process.emitWarning(error instanceof Error ? error : new Error('A hook threw something that is no error.', { cause: error }));
}
