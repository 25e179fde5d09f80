import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const main = join(import.meta.dirname, '..', 'dist', 'main.js');

export interface ProcessResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a Node program to its end. */
export function node(
  args: readonly string[],
  { cwd = tmpdir(), input = '', env = {} }: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
    const child = execFile(process.execPath, args, options, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
    child.stdin?.on('error', () => {}).end(input);
  });
}

/** Runs the built command. */
export const suga = (args: readonly string[], options?: Parameters<typeof node>[1]): Promise<ProcessResult> => node([main, ...args], options);

export interface Folder extends Disposable {
  readonly path: string;
  /** Writes files by name. A content that is not a string is written as JSON. */
  add(files: Readonly<Record<string, unknown>>): void;
}

/** Creates a temporary folder for one test. */
export function folder(files: Readonly<Record<string, unknown>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'suga-cli-'));
  const add: Folder['add'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
  };
  add(files);
  return { path, add, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
