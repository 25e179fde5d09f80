import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type FunctionOptions, type InvocationResult, type LocalFunction, startFunction } from '../src/index.ts';

export type Files = Readonly<Record<string, string>>;

export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

/** Starts `test/fixtures/function`, or what the options say, until the test is over. No limit of Lambda's ends what a busy machine does late. */
export async function start(options: Partial<FunctionOptions> & { handler: string }): Promise<LocalFunction> {
  const fn = await startFunction({ taskRoot: fixture('function'), timeout: 900_000, initTimeout: 900_000, ...options });
  onTestFinished(() => fn.close());
  return fn;
}

/** A new folder with these files, until the test is over. */
export async function folder(files: Files = {}): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'suga-local-lambda-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

/** The payload of a success; fails the test with the whole result otherwise. */
export function payload<T>(result: InvocationResult): T {
  if (result.status !== 'success') throw new Error(`Not a success: ${JSON.stringify(result, null, 2)}`);
  return result.payload as T;
}

/** Whether a process is there, a zombie not counted. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
