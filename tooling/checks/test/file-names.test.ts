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
    expect(check({ 'packages/cache/src/lru-store.ts': '', 'packages/cache/test/kept.test.ts': '', 'apps/demo/src/page.ts': '' })).toEqual([]);
  });

  it.each(['packages/cache/src/kept.ts', 'packages/http/src/transport/wire.ts', 'packages/gateway/src/door.ts'])('may not be %s', (file) => {
    expect(check({ [file]: '' })).toMatchObject([{ file }]);
  });

  it('are at most 20 per folder', () => {
    expect(check({ ...filesIn('packages/cache/src', 20), ...filesIn('packages/cache/src/tags', 20), ...filesIn('packages/cache/test', 30) })).toEqual([]);
    expect(check(filesIn('packages/cache/src/tags', 21))).toMatchObject([{ file: 'packages/cache/src/tags', problem: 'holds 21 files' }]);
  });

  it('may be more than 20 in a folder whose sub-folders would import each other', () => {
    expect(check(filesIn('packages/ftpms/src/guardian', 40))).toEqual([]);
  });
});
