// Hands the mutant that is switched on in a test's process to the child processes that the test starts: they look for it in this variable.
import { beforeAll } from 'vitest';

function handOn(): void {
  const { __stryker__: switched } = globalThis as { __stryker__?: { readonly activeMutant?: string } };
  if (switched?.activeMutant !== undefined) process.env['__STRYKER_ACTIVE_MUTANT__'] = switched.activeMutant;
}

// It may be switched on before a test file is loaded, or after.
handOn();
beforeAll(handOn);
