import { join } from 'node:path';
import preset from '@suga/vitest';
import type { ViteUserConfig } from 'vitest/config';

/** The vitest settings for a package with mutants: no type tests, because no mutant changes types, and no report. */
const mutation: ViteUserConfig = {
  ...preset,
  test: {
    ...preset.test,
    typecheck: { enabled: false },
    reporters: ['default'],
    coverage: { enabled: false },
    // Many mutants make a test wait for ever. This limit fails the test sooner than Stryker's limit, which also ends the process.
    testTimeout: 20_000,
    // The 200 cycles take half a minute for each mutant, and find no mutant that the other tests do not find.
    testNamePattern: /^(?!.* leave the heap flat)/,
    setupFiles: [join(import.meta.dirname, 'mutant-in-children.ts')],
  },
};

export default mutation;
