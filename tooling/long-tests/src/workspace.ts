import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const root: string = join(import.meta.dirname, '..', '..', '..');

/** The results of a task's steps, for the last line of the output. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export const add = (one: Counts, other: Counts): Counts => ({ passed: one.passed + other.passed, failed: one.failed + other.failed });

/** Lists the folders with tests, relative to the root: `packages/cache`. */
export const folders = (): readonly string[] =>
  globSync(['packages/*', 'layers/*', 'apps/*', 'tooling/*'], { cwd: root }).filter(
    (folder) => existsSync(join(root, folder, 'vitest.config.mts')) || existsSync(join(root, folder, 'vitest.config.ts')),
  );

/** Lists the test files of a package that contain `words`, relative to the package. */
export function testFiles(folder: string, words: string): readonly string[] {
  const cwd = join(root, folder);
  return globSync('test/**/*.test.ts', { cwd })
    .filter((file) => readFileSync(join(cwd, file), 'utf8').includes(words))
    .toSorted();
}

/** Returns the folder of a package by its name or its path: `cache`, or `packages/cache`. */
export function folderOf(name: string): string {
  const found = folders().find((folder) => folder === name || basename(folder) === name);
  if (!found)
    throw new Error(
      `There is no package "${name}": choose from ${folders()
        .map((folder) => basename(folder))
        .join(', ')}.`,
    );
  return found;
}

/** Runs a program in a folder of the workspace. Its output goes to the terminal. Returns whether it succeeded. */
export function run(folder: string, command: readonly [string, ...string[]], env: Readonly<Record<string, string>> = {}): boolean {
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { cwd: join(root, folder), stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  if (error) throw error;
  return status === 0;
}
