import { describe, expect, it } from 'vitest';
import { exported, exportedNames, updateExported } from '../src/exports.ts';
import { packageFiles, put, tree } from './tree.ts';

describe('exports', () => {
  it('are written by --update, and then agree', () => {
    const root = tree({ ...packageFiles('cache'), 'tooling/checks/exports.json': {} });
    expect(exportedNames(root)).toEqual({ '@suga/cache': { values: ['cache'], types: ['Options'] } });
    expect(updateExported(root)).toEqual(['tooling/checks/exports.json']);
    expect(updateExported(root)).toEqual([]);
    expect(exported(root)).toEqual([]);
  });

  it('include re-exports, also of types only', () => {
    const types = {
      'dist/index.d.ts': `export * from './a.js';\nexport type { B as Bee } from './b.js';`,
      'dist/a.d.ts': 'export declare const cache: 1;',
      'dist/b.d.ts': 'export declare class B {}',
    };
    expect(exportedNames(tree(packageFiles('cache', types)))['@suga/cache']).toEqual({ values: ['cache'], types: ['Bee'] });
  });

  it('are reported if they were added or removed', () => {
    const root = tree({ ...packageFiles('cache'), 'tooling/checks/exports.json': {} });
    updateExported(root);
    put(root, packageFiles('config', { 'dist/index.d.ts': 'export interface More {}', 'dist/index.js': 'exports.config = exports.extra = 1' }));
    put(root, { 'packages/cache/dist/index.d.ts': 'export declare const cache: 1; export interface Settings {}' });
    expect(exported(root)).toMatchObject([
      { problem: '@suga/cache now has type Settings and no longer has type Options' },
      { problem: '@suga/config now has config, extra, type More' },
    ]);
  });

  it('cannot be read from a package that is not built', () => {
    expect(() => exportedNames(tree({ 'packages/cache/package.json': packageFiles('cache')['packages/cache/package.json'] }))).toThrow(/npm run build/);
  });
});
