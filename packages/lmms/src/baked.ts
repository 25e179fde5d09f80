import type { LmmsReport } from './contract.js';
import { hookLoader, wrapped } from './loader.js';
import { idOf, packName, readPack } from './pack.js';

export { hookLoader, wrapped } from './loader.js';
export { type BakedFile, idOf, packName, toPack } from './pack.js';

type Baked = NonNullable<LmmsReport['baked']>;

/**
 * Loads files from the compiled code that `suga bake` wrote for exactly this Node. All other files load as usual. If the pack is missing or
 * damaged, if a file has changed since, or if V8 rejects the code, loading is slower but still correct.
 */
export function useBaked(folder: string): Baked {
  const counts: { -readonly [Name in keyof Baked]: Baked[Name] } = { files: 0, used: 0, rejected: 0 };
  try {
    const { Script, constants } = process.getBuiltinModule('node:vm');
    const pack = readPack(process.getBuiltinModule('node:fs').readFileSync(`${folder}/${packName()}`));
    counts.files = pack.files;
    hookLoader((filename, source) => {
      const cachedData = pack.dataOf(idOf(filename) ?? '', source);
      if (!cachedData) return undefined;
      const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
      const script = new Script(wrapped(source), { filename, cachedData: cachedData as Buffer, importModuleDynamically });
      // The script is compiled from this source, whether or not V8 rejected the cached data.
      counts[script.cachedDataRejected ? 'rejected' : 'used']++;
      return script;
    });
  } catch (error) {
    counts.unused = (error as Error).message;
  }
  return counts;
}
