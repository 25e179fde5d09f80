// Preloaded into the process of the user's program. Compiles the files that it loads as scripts, and saves their code when it has ended.
import type { Script } from 'node:vm';
import { hookLoader, idOf, packName, toPack, wrapped } from '@suga/lmms/baked';
import { PACK, RESULT, type Result, type Task } from './task.js';

type Scripts = Map<string, { readonly path: string; readonly source: string; readonly script: Script }>;

function start({ folder, include }: Task): void {
  const name = packName();
  keepsCode(true);
  notBakedBefore();
  const { Script, constants } = process.getBuiltinModule('node:vm');
  const scripts: Scripts = new Map();
  hookLoader((filename, source) => {
    const path = idOf(filename);
    if (path === undefined || !isAsked(include, filename, path) || isModule(filename)) return undefined;
    const script = new Script(wrapped(source), { filename, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
    // A name stands for one file. If a package is installed in two versions, the first is baked and the other is loaded as usual.
    if (!scripts.has(path)) scripts.set(path, { path, source, script });
    return script;
  });
  process.once('exit', (code) => {
    if (code === 0) leave(folder, name, scripts);
  });
}

/**
 * Sets whether V8 keeps compiled code. By default, V8 discards code that was not called for some collections, so a longer program would
 * leave a fraction of it. V8 compares this flag when it loads code, so the flag is set back before the code is taken.
 */
function keepsCode(keeps: boolean): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(keeps ? '--no-flush-bytecode' : '--flush-bytecode');
}

/** Hides earlier packs: their code would be loaded instead of compiled, and be missing in the new pack. No pack has the name that results from this tag. */
function notBakedBefore(): void {
  process.getBuiltinModule('node:v8').cachedDataVersionTag = () => 0;
}

/** Whether Node refuses to `require` the file. If we compiled it, it might run, and would then work with a pack and fail without one. */
function isModule(filename: string): boolean {
  const { dirname, join } = process.getBuiltinModule('node:path');
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  let folder = dirname(filename);
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
}

function isAsked(include: readonly string[], ...paths: readonly string[]): boolean {
  if (include.length === 0) return true;
  return include.some((each) => paths.some((path) => path === each || path.startsWith(/[\\/]$/.test(each) ? each : `${each}${separator(path)}`)));
}

const separator = (path: string): string => (path.includes('\\') ? '\\' : '/');

/** Writes the pack and the result. The program has run, so the code holds every function that was called, not just the outermost. */
function leave(folder: string, name: string, scripts: Scripts): void {
  const { writeFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const tell = (result: Result): void => writeFileSync(join(folder, RESULT), JSON.stringify(result));
  keepsCode(false);
  try {
    const files = Array.from(scripts.values(), ({ path, source, script }) => ({ path, source, data: script.createCachedData() }));
    writeFileSync(join(folder, PACK), toPack(files));
    tell({ name, files: files.length });
  } catch (error) {
    tell({ error: (error as Error).message });
  }
}

const task = process.env['SUGA_BAKE'];
// Processes that the program starts with our flags must bake nothing. Threads do not get this variable.
delete process.env['SUGA_BAKE'];
if (task) start(JSON.parse(task) as Task);
