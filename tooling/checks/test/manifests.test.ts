import { describe, expect, it } from 'vitest';
import { manifests } from '../src/manifests.ts';
import { manifest, type Tree, tree } from './tree.ts';

const check = (changes: Tree) => manifests(tree({ 'packages/cache/package.json': manifest('@suga/cache', changes) }));
const types = './dist/index.d.ts';

describe('manifests', () => {
  it.each<[string, Tree]>([
    ['nothing special', {}],
    [
      'a subpath, also where TypeScript knows no exports',
      {
        exports: { '.': { types, default: './dist/index.js' }, './more': { types, default: './dist/index.js' }, './package.json': './package.json' },
        typesVersions: { '*': { more: [types] } },
      },
    ],
    ['a peer of ours, and a known pinned dependency', { peerDependencies: { '@suga/gateway': '0.x' }, dependencies: { '@types/aws-lambda': '8.10.164' } }],
    ['catalog: and workspace: where they are not installed', { devDependencies: { '@suga/gateway': 'workspace:*', typescript: 'catalog:' } }],
    ['anything, if it is not published', { private: true, type: 'module', exports: './src/index.ts' }],
  ])('may have %s', (_what, changes) => {
    expect(check(changes)).toEqual([]);
  });

  it.each<[string, Tree]>([
    ['is an ES-module package', { type: 'module' }],
    ['does not say that importing it does nothing', { sideEffects: undefined }],
    ['does not say which Node it needs', { engines: {} }],
    ['does not say what it publishes', { files: undefined }],
    ['has no license', { license: undefined }],
    ['has no description', { description: '' }],
    ['has no version', { version: undefined }],
    ['has no exports', { exports: undefined }],
    ['does not export its package.json', { exports: { '.': { types, default: './dist/index.js' } } }],
    ['exports "." in another form', { exports: { '.': { default: './dist/index.js', types }, './package.json': './package.json' } }],
    ['exports "." in another form', { exports: { '.': './dist/index.js', './package.json': './package.json' } }],
    ['different subpaths in typesVersions', { typesVersions: { '*': { more: ['./dist/more.d.ts'] } } }],
    [
      'different subpaths in typesVersions',
      { exports: { '.': { types, default: './dist/index.js' }, './more': { types, default: './dist/index.js' }, './package.json': './package.json' } },
    ],
    ['"workspace:*" in dependencies', { dependencies: { '@suga/gateway': 'workspace:*' } }],
    ['"catalog:" in peerDependencies', { peerDependencies: { typescript: 'catalog:' } }],
    ['"^8.10.0" in dependencies', { dependencies: { '@types/aws-lambda': '^8.10.0' } }],
    ['"1.0.0" in dependencies', { dependencies: { lodash: '1.0.0' } }],
  ])('are caught: %s', (problem, changes) => {
    expect(check(changes)).toEqual([expect.objectContaining({ file: 'packages/cache/package.json', problem: expect.stringContaining(problem) })]);
  });

  it('are shown with the line', () => {
    expect(check({ type: 'module' })).toMatchObject([{ line: 22 }]);
  });
});
