import { basename, dirname } from 'node:path';
import type { Check, Violation } from './check.ts';
import { trackedFiles } from './workspace.ts';

/** Names that are too vague: each once had several meanings. */
const RETIRED_NAMES = new Set(
  'asked asking careful checked computing door family faults flights given joint keeper kept lane once sealed seen served sharing told trouble unmade wire written'.split(
    ' ',
  ),
);

/** Upper limit of files in a folder: more than that cannot be seen at a glance. */
const MAX_FILES = 20;

/** Folders that may contain more files, each with the reason. */
const LARGE_FOLDERS: Readonly<Record<string, string>> = {
  'packages/ftpms/src/guardian': 'sub-folders would import each other in a circle',
};

/** File names say what the file does, and no folder of a package contains more files than `MAX_FILES`. */
export const fileNames: Check = (root) => {
  const sources = trackedFiles(root).filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file));
  return [...sources.flatMap(retired), ...crowded(sources)];
};

function retired(file: string): readonly Violation[] {
  const name = basename(file, '.ts');
  return RETIRED_NAMES.has(name) ? [{ file, problem: `has the retired name "${name}"`, remedy: 'name it after the thing it defines or the work it does' }] : [];
}

function crowded(sources: readonly string[]): readonly Violation[] {
  return [...Map.groupBy(sources, dirname)].flatMap(([folder, files]) =>
    files.length > MAX_FILES && !(folder in LARGE_FOLDERS)
      ? [
          {
            file: folder,
            problem: `holds ${files.length} files`,
            remedy: `move related files into a folder of their own; a folder may hold at most ${MAX_FILES}`,
          },
        ]
      : [],
  );
}
