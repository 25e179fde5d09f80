import type { ChildProcess } from 'node:child_process';
import { assertInteger, assertObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { PACK, RESULT, type Result, type Task } from './task.js';

/** What to bake, and how. */
export interface BakeOptions {
  /** A program (`.cjs`, `.mjs`, `.js`) that loads and calls what a cold start does, and ends. */
  readonly run: string;
  /** The folder that gets the pack; made if it is missing. */
  readonly out: string;
  /** The function's memory setting in MB: Lambda derives V8's limits from it. @default 512 */
  readonly memoryMb?: number | undefined;
  /** Only files below one of these: paths as after `node_modules/`, or (beginning with `.` or absolute) as they are. @default all */
  readonly include?: readonly string[] | undefined;
  /** The Node to bake with. @default the running one */
  readonly node?: string | undefined;
  /** Ends it early; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** What was baked. */
export interface Bake {
  /** The pack's path. */
  readonly file: string;
  /** How many files are in it. */
  readonly files: number;
  /** The pack's size. */
  readonly bytes: number;
}

/** The error's one code, where it was not the options. */
export type BakeErrorCode = 'BakeFailed';

/**
 * Runs a program with Lambda's flags and packs what V8 compiled of the packages it loaded.
 * @throws `InvalidParams` for options that cannot be; `BakeFailed` if the program fails, if it loads nothing that can be baked, or if the pack cannot be written; a pack of before stays
 */
export async function bake(options: BakeOptions): Promise<Bake> {
  const { join, resolve } = process.getBuiltinModule('node:path');
  const { chmodSync, existsSync, renameSync, rmSync, statSync } = process.getBuiltinModule('node:fs');
  assertOptions(options);
  if (!existsSync(options.run)) throw failed(`the program ${options.run} is not there`);
  const out = resolve(options.out);
  const folder = shared(out);
  try {
    await finished(started(options, folder), options);
    const { name, files } = resultIn(folder, options.run);
    const file = join(out, name);
    // The function's user is another one.
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
  if (!isList) throw invalidParam('bake', 'include', include, 'a list of paths');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') throw invalidParam('bake', 'signal', signal, 'an AbortSignal');
}

/** A folder beside the packs, so that a finished one can be moved in its place at once; made first, to fail before the program runs. */
function shared(out: string): string {
  const { mkdirSync, mkdtempSync } = process.getBuiltinModule('node:fs');
  try {
    mkdirSync(out, { recursive: true });
    return mkdtempSync(process.getBuiltinModule('node:path').join(out, '.bake-'));
  } catch (cause) {
    throw failed(`the folder ${out} cannot be written: ${(cause as Error).message}`, cause);
  }
}

/** As Lambda's own bootstrap starts Node: code is only taken by a V8 with the same flags. */
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
  // What the program prints is no part of what we print.
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
    throw failed(stop?.aborted ? 'it was ended early' : `${node ?? process.execPath} cannot be started: ${cause.message}`, cause);
  });
  if (code !== 0) throw failed(`the program ${run} ended with ${code === null ? signal : `exit code ${code}`}; what it said is above`);
}

function resultIn(folder: string, run: string): Exclude<Result, { error: string }> {
  const file = process.getBuiltinModule('node:path').join(folder, RESULT);
  let result: Result;
  try {
    result = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')) as Result;
  } catch (cause) {
    throw failed(`the program ${run} ended without what it compiled; is the disk full, or did it kill itself?`, cause);
  }
  if ('error' in result) throw failed(`what ${run} compiled cannot be written: ${result.error}`);
  if (result.files > 0) return result;
  throw failed(`${run} loaded no CommonJS file below node_modules that is asked for; code in a bundle or in ES modules cannot be baked`);
}

const failed = (what: string, cause?: unknown): SugaError<BakeErrorCode> =>
  new SugaError<BakeErrorCode>('BakeFailed', `${what}. Nothing was baked.`, cause === undefined ? {} : { cause });
