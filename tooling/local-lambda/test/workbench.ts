import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type FunctionOptions, type InvocationResult, type LocalFunction, startFunction } from '../src/index.ts';

export type Files = Readonly<Record<string, string>>;

export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/**
 * Starts `test/fixtures/function`, or the function in the options, and closes it when the test ends.
 * The time limits are long, so that a slow machine does not reach them.
 */
export async function start(options: Partial<FunctionOptions> & { handler: string }): Promise<LocalFunction> {
  const fn = await startFunction({ taskRoot: fixture('function'), timeout: 900_000, initTimeout: 900_000, ...options });
  onTestFinished(() => fn.close());
  return fn;
}

/** Creates a folder with these files, and removes it when the test ends. */
export async function folder(files: Files = {}): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'suga-local-lambda-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

/** Returns the payload of a success. Any other result fails the test and is shown as a whole. */
export function payload<T>(result: InvocationResult): T {
  if (result.status !== 'success') throw new Error(`Not a success: ${JSON.stringify(result, null, 2)}`);
  return result.payload as T;
}

/** Whether a process is running. A zombie does not count. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
