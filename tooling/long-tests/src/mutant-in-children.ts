// Hands the mutant that is switched on in a test's process to the child processes that the test starts: they look for it in this variable.
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

// It may be switched on before a test file is loaded, or after.
handOn();
beforeAll(handOn);

// Coverage knows only what ran in this process. Without any, all tests run for each mutant, as they should where children run the code.
if (process.env['SUGA_MUTANTS_IN_CHILDREN']) afterAll(() => void (switched().mutantCoverage = undefined));
