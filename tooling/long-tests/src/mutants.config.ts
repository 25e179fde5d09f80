import { join } from 'node:path';
import preset from '@suga/vitest';
import type { ViteUserConfig } from 'vitest/config';

/** How tests run while their package has mutants in it: without types, which no mutant changes, and without a report of their own. */
const mutation: ViteUserConfig = {
  ...preset,
  test: {
    ...preset.test,
    typecheck: { enabled: false },
    reporters: ['default'],
    coverage: { enabled: false },
    // Many mutants make a test wait for ever. Its failure comes sooner than Stryker's limit, which also ends the process.
    testTimeout: 20_000,
    // Two hundred cycles take half a minute for each mutant, and notice nothing that the other tests do not.
    testNamePattern: /^(?!.* leave the heap flat)/,
    setupFiles: [join(import.meta.dirname, 'mutant-in-children.ts')],
  },
};

export default mutation;
