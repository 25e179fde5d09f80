import type { ChildProcess } from 'node:child_process';
import { assertInteger, assertObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { PACK, RESULT, type Result, type Task } from './task.js';

/** Options of `bake`. */
export interface BakeOptions {
  /** Path of a program (`.cjs`, `.mjs`, `.js`) that loads and calls the same code as a cold start, and ends. */
  readonly run: string;
  /** The folder for the pack. It is created if it is missing. */
  readonly out: string;
  /** The function's memory setting in MB. Lambda derives V8's limits from it. @default 512 */
  readonly memoryMb?: number | undefined;
  /** Limits the pack to files below these paths: relative to `node_modules/`, or file paths (absolute, or beginning with `.`). @default all */
  readonly include?: readonly string[] | undefined;
  /** Path of the Node to bake with. @default the running one */
  readonly node?: string | undefined;
  /** Cancels the bake. No files are left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of `bake`. */
export interface Bake {
  /** The pack's path. */
  readonly file: string;
  /** Number of files in the pack. */
  readonly files: number;
  /** The pack's size in bytes. */
  readonly bytes: number;
}

/** The code of every error that is not about the options. */
export type BakeErrorCode = 'BakeFailed';

/**
 * Runs a program with Lambda's flags, and packs the code that V8 compiled for the packages that the program loaded.
 * @throws `InvalidParams` for invalid options. `BakeFailed` if the program fails, if it loads nothing that can be baked, or if the pack
 * cannot be written. An earlier pack then stays in place.
 */
export async function bake(options: BakeOptions): Promise<Bake> {
  const { join, resolve } = process.getBuiltinModule('node:path');
  const { chmodSync, existsSync, renameSync, rmSync, statSync } = process.getBuiltinModule('node:fs');
  assertOptions(options);
  if (!existsSync(options.run)) throw failed(`the program ${options.run} does not exist`);
  const out = resolve(options.out);
  const folder = shared(out);
  try {
    await finished(started(options, folder), options);
    const { name, files } = resultIn(folder, options.run);
    const file = join(out, name);
    // The function runs as another user, which has to read the pack.
    chmodSync(join(folder, PACK), 0o644);
    renameSync(join(folder, PACK), file);
    return { file, files, bytes: statSync(file).size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws `InvalidParams` */
function assertOptions(options: BakeOptions): void {
  assertObject('bake', 'options', options);
  const { run, out, memoryMb = 512, include = [], node = 'node', signal } = options;
  for (const [param, text] of Object.entries({ run, out, node })) {
    if (typeof text !== 'string' || text === '') throw invalidParam('bake', param, text, 'a path');
  }
  assertInteger('bake', 'memoryMb', memoryMb, [128]);
  const isList = Array.isArray(include) && include.every((each) => typeof each === 'string');
  if (!isList) throw invalidParam('bake', 'include', include, 'an array of paths');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') throw invalidParam('bake', 'signal', signal, 'an AbortSignal');
}

/** Creates a folder beside the packs, from which a finished pack can be moved in one step. It is created first, to fail before the program runs. */
function shared(out: string): string {
  const { mkdirSync, mkdtempSync } = process.getBuiltinModule('node:fs');
  try {
    mkdirSync(out, { recursive: true });
    return mkdtempSync(process.getBuiltinModule('node:path').join(out, '.bake-'));
  } catch (cause) {
    throw failed(`the folder ${out} cannot be written: ${(cause as Error).message}`, cause);
  }
}

/** The flags with which Lambda's bootstrap starts Node. V8 accepts code only if the flags are the same. */
const flags = (memoryMb: number): string[] => [
  '--expose-gc',
  '--max-http-header-size=81920',
  `--max-semi-space-size=${Math.floor(memoryMb / 20)}`,
  `--max-old-space-size=${Math.floor((memoryMb * 9) / 10)}`,
  '--no-experimental-require-module',
  '--no-experimental-detect-module',
];

function started({ run, memoryMb = 512, include = [], node = process.execPath, signal }: BakeOptions, folder: string): ChildProcess {
  const { join, resolve } = process.getBuiltinModule('node:path');
  const task: Task = { folder, include: include.map((each) => (/^\.|^\w:[\\/]|^\//.test(each) ? resolve(each) : each)) };
  // The program's output goes to standard error, so that standard output holds ours only.
  return process.getBuiltinModule('node:child_process').spawn(node, [...flags(memoryMb), '--require', join(__dirname, 'bake-process.js'), resolve(run)], {
    env: { ...process.env, SUGA_BAKE: JSON.stringify(task) },
    stdio: ['ignore', 2, 2],
    ...(signal && { signal }),
  });
}

async function finished(child: ChildProcess, { run, node, signal: stop }: BakeOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  child.once('error', reject).once('exit', (code, signal) => resolve({ code, signal }));
  const { code, signal } = await promise.catch((cause: Error) => {
    throw failed(stop?.aborted ? 'the bake was cancelled' : `${node ?? process.execPath} cannot be started: ${cause.message}`, cause);
  });
  if (code !== 0) throw failed(`the program ${run} ended with ${code === null ? signal : `exit code ${code}`}; see its output above`);
}

function resultIn(folder: string, run: string): Exclude<Result, { error: string }> {
  const file = process.getBuiltinModule('node:path').join(folder, RESULT);
  let result: Result;
  try {
    result = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')) as Result;
  } catch (cause) {
    throw failed(`the program ${run} ended before its code was saved; check that the disk is not full and the program does not kill itself`, cause);
  }
  if ('error' in result) throw failed(`the code of ${run} cannot be written: ${result.error}`);
  if (result.files > 0) return result;
  throw failed(`${run} loaded no CommonJS file below node_modules, or none that is included; bundles and ES modules cannot be baked`);
}

const failed = (what: string, cause?: unknown): SugaError<BakeErrorCode> =>
  new SugaError<BakeErrorCode>('BakeFailed', `${what}. Nothing was baked.`, cause === undefined ? {} : { cause });
