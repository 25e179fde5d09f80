import preset from '@suga/vitest';
import type { ViteUserConfig } from 'vitest/config';

/** How tests run while their package has mutants in it: without types, which no mutant changes, and without a report of their own. */
const mutation: ViteUserConfig = { ...preset, test: { ...preset.test, typecheck: { enabled: false }, reporters: ['default'], coverage: { enabled: false } } };

export default mutation;
