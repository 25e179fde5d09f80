import { describe, expect, it } from 'vitest';
import { built } from '../src/built.ts';
import { packageFiles, tree } from './tree.ts';

const check = (code: string) => built(tree(packageFiles('cache', { 'dist/index.js': code, 'dist/core.js': '' })));

describe('a built file', () => {
  it.each([`require("./core.js")`, `process.getBuiltinModule("node:fs")`, `// require("fs")`, `const text = 'require("fs")'`])('may say %s', (code) => {
    expect(check(code)).toEqual([]);
  });

  it.each([`require("node:fs")`, `require("fs")`, `require("@suga/gateway")`, `import("node:fs")`, `require("./missing.js")`, `require("../src/core.js")`])(
    'may not say %s',
    (code) => {
      expect(check(`\n${code}`)).toMatchObject([{ file: 'packages/cache/dist/index.js', line: 2 }]);
    },
  );

  it('defines the helpers of esbuild that it uses', () => {
    expect(check('var __export = (target, all) => {};\n__export(errors, {});')).toEqual([]);
    expect(check('\n__export(errors, {});')).toMatchObject([{ file: 'packages/cache/dist/index.js', line: 2, problem: 'uses "__export" without defining it' }]);
  });

  it('exists', () => {
    expect(built(tree({ 'packages/cache/package.json': { name: '@suga/cache' } }))).toMatchObject([{ problem: 'is not built' }]);
  });
});
