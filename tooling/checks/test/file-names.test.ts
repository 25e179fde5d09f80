import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fileNames } from '../src/file-names.ts';
import { type Tree, tree } from './tree.ts';

function check(files: Tree) {
  const root = tree(files);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  execFileSync('git', ['add', '--all'], { cwd: root });
  return fileNames(root);
}

const filesIn = (folder: string, count: number): Tree => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/file-${index}.ts`, '']));

describe('file names', () => {
  it('may be anything that says what the file contains', () => {
    expect(
      check({ 'packages/cache/src/lru-store.ts': '', 'packages/cache/test/kept-values.test.ts': '', 'apps/demo/src/page.ts': '', 'docs/src/kept.ts': '' }),
    ).toEqual([]);
  });

  it.each([
    'packages/cache/src/kept.ts',
    'packages/http/src/transport/wire.ts',
    'packages/gateway/src/door.ts',
    'packages/cache/test/kept.test.ts',
    'packages/cache/test/kept.test-d.ts',
    'packages/ofb/test/fixtures/stage.ts',
    'apps/demo/src/journal.ts',
    'layers/suga/test/hostile.test.ts',
    'tooling/local-lambda/src/journal.ts',
  ])('may not be %s', (file) => {
    expect(check({ [file]: '' })).toMatchObject([{ file }]);
  });

  it('are at most 20 per folder', () => {
    expect(check({ ...filesIn('packages/cache/src', 20), ...filesIn('packages/cache/src/tags', 20), ...filesIn('packages/cache/test', 20) })).toEqual([]);
    for (const folder of ['packages/cache/src/tags', 'packages/cache/test', 'apps/demo/src', 'layers/suga/test', 'tooling/checks/src']) {
      expect(check(filesIn(folder, 21))).toMatchObject([{ file: folder, problem: 'holds 21 files' }]);
    }
  });

  it.each(['packages/ftpms/src/guardian', 'packages/lambda/test', 'packages/gateway/test', 'tooling/local-lambda/src', 'apps/bench/src/scripts'])(
    'may be more than 20 in %s, for a reason that the check names',
    (folder) => {
      expect(check(filesIn(folder, 50))).toEqual([]);
      expect(check(filesIn(`${folder}/more`, 21))).toHaveLength(1);
    },
  );
});
