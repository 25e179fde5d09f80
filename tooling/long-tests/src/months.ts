import { type Counts, run } from './workspace.ts';

/** Plays ten thousand months of a simulated account against ftpms. */
export function months(): Counts {
  const ok = run('packages/ftpms', ['pnpm', 'run', 'test:long']);
  return { passed: Number(ok), failed: Number(!ok) };
}
