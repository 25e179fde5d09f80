import { basename, dirname } from 'node:path';
import type { Check, Violation } from './check.ts';
import { trackedFiles } from './workspace.ts';

/** Names that are too vague: each once had several meanings, or is a metaphor. */
const RETIRED_NAMES = new Set([
  ...'asked asking careful checked computing counted door exchange family faults flights forms gauges given hostile inside joint journal'.split(' '),
  ...'keeper kept lane life once outlook rhythm sealed seen sending served sharing shed silence stage survey tally told trouble unmade wire written'.split(' '),
]);

/** Upper limit of files in a folder: more than that cannot be seen at a glance. */
const MAX_FILES = 20;

/** Folders that may contain more files, each with the reason. */
const LARGE_FOLDERS: Readonly<Record<string, string>> = {
  'apps/bench/src/scripts': 'one program per measurement, and none imports another',
  'packages/ftpms/src/guardian': 'sub-folders would import each other in a circle',
  'packages/gateway/test': 'one test file per concern',
  'packages/lambda/test': 'one test file per kind of event or concern',
  'tooling/local-lambda/src': 'DESIGN.md groups the files; most of them import files of other groups',
};

/** File names say what the file does, and no folder with sources or tests contains more files than `MAX_FILES`. */
export const fileNames: Check = (root) => {
  const sources = trackedFiles(root).filter((file) => /^(?:apps|layers|packages|tooling)\/[^/]+\/(?:src|test)\/.*\.ts$/.test(file));
  return [...sources.flatMap(retired), ...crowded(sources)];
};

function retired(file: string): readonly Violation[] {
  // `kept.test.ts` and `kept.test-d.ts` have the name `kept`.
  const [name = ''] = basename(file).split('.');
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
