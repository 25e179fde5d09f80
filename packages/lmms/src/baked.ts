import type { LmmsReport } from './contract.js';
import { hookLoader, wrapped } from './loader.js';
import { idOf, packName, readPack } from './pack.js';

export { hookLoader, wrapped } from './loader.js';
export { type BakedFile, idOf, packName, toPack } from './pack.js';

type Baked = NonNullable<LmmsReport['baked']>;

/**
 * Loads files by the code that a bake has left for this very Node, and all others as ever: where there is no pack for it, or a damaged
 * one, or a file has changed since, or V8 rejects the code, loading is slower and never wrong.
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
      // Rejected or not, it is compiled from this very source.
      counts[script.cachedDataRejected ? 'rejected' : 'used']++;
      return script;
    });
  } catch (error) {
    counts.unused = (error as Error).message;
  }
  return counts;
}
