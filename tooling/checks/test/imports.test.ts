import { expect, it } from 'vitest';
import { importsOf } from '../src/imports.ts';

it.each([
  [`import 'x';`, false],
  [`import a from 'x';`, false],
  [`import type { A } from 'x';`, true],
  [`import { type A } from 'x';`, false],
  [`import type {} from 'x';`, true],
  [`export * from 'x';`, false],
  [`export type * from 'x';`, true],
  [`export { a } from 'x';`, false],
  [`export type { A } from 'x';`, true],
  [`const a = await import('x');`, false],
  ['const a = () => import(`x`);', false],
  [`const a = require('x').b;`, false],
  [`const a = require.resolve('x');`, false],
  [`import a = require('x');`, false],
  [`import type a = require('x');`, true],
  [`let a: typeof import('x');`, true],
  [`let a: import('x').A<import('y').B>;`, true],
])('sees %s', (text, typeOnly) => {
  expect(importsOf(`\n${text}`, 'file.ts')[0]).toEqual({ specifier: 'x', line: 2, typeOnly });
});

it('ignores text that only looks like an import', () => {
  const text = [
    `// import 'x'`,
    `const a = "require('x')";`,
    'const b = `import("x")`;',
    `/import 'x'/.test(a);`,
    `thing.require('x');`,
    `declare module 'x' { }`,
    'require(a);',
  ];
  expect(importsOf(text.join('\n'), 'file.ts')).toEqual([]);
});

it('sees both parts of a lazy load', () => {
  const text = `const load = () => (require('./core.js') as typeof import('./core.js')).create();`;
  expect(importsOf(text, 'file.ts').map(({ typeOnly }) => typeOnly)).toEqual([false, true]);
});
