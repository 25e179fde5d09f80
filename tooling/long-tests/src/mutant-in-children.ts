// Passes the active mutant of a test's process to the child processes that the test starts. They read it from this variable.
import { afterAll, beforeAll } from 'vitest';

/** Stryker's state in a test's process. */
interface Switched {
  readonly activeMutant?: string;
  mutantCoverage?: object | undefined;
}

const switched = (): Switched => (globalThis as { __stryker__?: Switched }).__stryker__ ?? {};

function handOn(): void {
  const { activeMutant } = switched();
  if (activeMutant !== undefined) process.env['__STRYKER_ACTIVE_MUTANT__'] = activeMutant;
}

// The mutant may be activated before a test file is loaded, or after.
handOn();
beforeAll(handOn);

// Coverage includes only code that ran in this process. If children run the code, all tests must run for each mutant: no coverage does that.
if (process.env['SUGA_MUTANTS_IN_CHILDREN']) afterAll(() => void (switched().mutantCoverage = undefined));
