import { type Counts, run } from './workspace.ts';

/** Runs ftpms through 10,000 months of a simulated account. */
export function months(): Counts {
  const ok = run('packages/ftpms', ['pnpm', 'run', 'test:long']);
  return { passed: Number(ok), failed: Number(!ok) };
}
