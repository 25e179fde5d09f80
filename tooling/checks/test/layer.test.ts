import { describe, expect, it } from 'vitest';
import { layer } from '../src/layer.ts';
import { type Tree, tree } from './tree.ts';

const dist = 'layers/suga/dist';
const cache = `${dist}/nodejs/node_modules/@suga/cache`;
const good = {
  [`${dist}/suga-layer.zip`]: 'zip',
  [`${cache}/package.json`]: {},
  [`${cache}/dist/index.js`]: 'require("./core.js")',
  [`${cache}/dist/core.js`]: '',
};
const check = (files: Tree = {}) => layer(tree({ ...good, ...files }));

describe('the layer', () => {
  it('may be correct, or not built yet', () => {
    expect(check()).toEqual([]);
    expect(layer(tree({}))).toEqual([]);
  });

  it.each<[string, Tree]>([
    ['a source', { [`${cache}/src/index.js`]: '' }],
    ['a map', { [`${cache}/dist/index.js.map`]: '{}' }],
    ['types', { [`${cache}/dist/index.d.ts`]: '' }],
    ['the SDK', { [`${dist}/nodejs/node_modules/@aws-sdk/client-sqs/index.json`]: '' }],
    ['something that needs the SDK', { [`${cache}/dist/index.js`]: 'const agent = "aws-sdk-js/3.1"' }],
    ['a file that needs another package', { [`${cache}/dist/index.js`]: 'require("@suga/gateway")' }],
    ['a file that needs one that is missing', { [`${cache}/dist/index.js`]: 'require("./door.js")' }],
    ['more bytes than the limit', { [`${dist}/suga-layer.zip`]: 'x'.repeat(268 * 1024 + 1) }],
    ['more files than the limit', Object.fromEntries(Array.from({ length: 68 }, (_, index) => [`${cache}/dist/${index}.js`, '']))],
  ])('may not contain %s', (_what, files) => {
    expect(check(files)).toHaveLength(1);
  });

  it('comes as a zip', () => {
    expect(layer(tree({ [`${cache}/dist/core.js`]: '' }))).toMatchObject([{ problem: 'is missing' }]);
  });
});
