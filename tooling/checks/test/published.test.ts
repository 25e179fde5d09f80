import { describe, expect, it } from 'vitest';
import { published } from '../src/published.ts';
import { manifest, packageFiles, type Tree, tree } from './tree.ts';

const built = { 'dist/index.js': '"use strict"; exports.cache = 1;', 'dist/index.d.ts': 'export declare const cache: number;' };
const check = (more: Tree) => published(tree(packageFiles('cache', { ...built, ...more })));

describe('a published package', () => {
  it('passes publint and attw, subpaths included', async () => {
    const exports = {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './more': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    };
    const typesVersions = { '*': { more: ['./dist/index.d.ts'] } };
    expect(await check({ 'package.json': manifest('@suga/cache', { exports, typesVersions }) })).toEqual([]);
    expect(await check({ 'package.json': manifest('@suga/cache', { exports }) })).toContainEqual(
      expect.objectContaining({ problem: 'attw: NoResolution for "./more" (node10)' }),
    );
  });

  it('is caught by publint when a file is not in the tarball', async () => {
    const found = await check({ 'package.json': manifest('@suga/cache', { files: ['dist/index.d.ts'], main: './lib/index.js' }) });
    expect(found).toContainEqual(expect.objectContaining({ file: 'packages/cache/package.json', problem: expect.stringMatching(/^publint: FILE_/) }));
  });

  it('is caught by attw when the types are of another kind of module than the code', async () => {
    const exports = { '.': { types: './dist/index.d.mts', default: './dist/index.js' }, './package.json': './package.json' };
    const found = await check({ 'package.json': manifest('@suga/cache', { exports }), 'dist/index.d.mts': 'export declare const cache: number;' });
    expect(found).toContainEqual(expect.objectContaining({ problem: expect.stringMatching(/^attw: FalseESM/) }));
  });

  it('is caught by attw when named exports cannot be seen from ES modules', async () => {
    const found = await check({ 'dist/index.js': 'const names = { cache: 1 }; for (const name in names) exports[name] = names[name];' });
    expect(found).toContainEqual(expect.objectContaining({ problem: expect.stringMatching(/^attw: NamedExports/) }));
  });
});
