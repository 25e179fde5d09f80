import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { words } from '../src/words.ts';
import { type Tree, tree } from './tree.ts';

/** Joins the parts of a text that must not appear in this file either. */
const word = (...parts: readonly string[]): string => parts.join('');

function check(files: Tree) {
  const root = tree(files);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  execFileSync('git', ['add', '--all', '--force'], { cwd: root });
  return words(root);
}

describe('words', () => {
  it.each([
    ['a.ts', `import { tmpdir } from 'node:os'; const home = '~/work/x', at = './root/x';`],
    ['a.md', 'See https://example.com/work/x and `layers/suga/root/`. The runtime’s home is /home/sbx_user1051; /var/task, /opt and /tmp are its own.'],
    ['a.test.ts', `it.skipIf(!redis)('needs redis', () => {}); stream.skip(1);`],
    ['a.test.ts', `// Node 22 has no such thing.\nit.${'skip'}('works', () => {});`],
    ['pnpm-lock.yaml', word('https://regi', 'stry.example.com/x.tgz')],
    ['a.bin', `\0 ${word('TO', 'DO')}`],
  ])('may be in %s: %s', (file, text) => {
    expect(check({ [file]: text })).toEqual([]);
  });

  it.each([
    ['a.ts', word(`const at = '/wo`, `rk/main';`)],
    ['a.json', word('{ "at": "/ro', 'ot/x" }')],
    ['a.md', word('in /ho', 'me/someone/project')],
    ['a.md', word('in /Us', 'ers/someone/project')],
    ['.npmrc', word('regi', 'stry=https://npm.example.com')],
    ['package-lock.json', word('"resol', 'ved": "https://npm.example.com/x"')],
    ['a.md', word('from https://regi', 'stry.example.com/')],
    ['a.ts', word('// TO', 'DO later')],
    ['a.ts', word('// FIX', 'ME')],
    ['a.test.ts', word('it.on', `ly('works', () => {});`)],
    ['a.test.ts', word('describe.sk', `ip('works', () => {});`)],
  ])('may not be in %s: %s', (file, text) => {
    expect(check({ [file]: `\n${text}` })).toMatchObject([{ file, line: 2 }]);
  });

  it.each(['packages/cache/dist/index.js', 'test-results/node24.json', 'coverage/index.html', 'suga-cache-1.0.0.tgz'])(
    'do not allow the generated file %s',
    (file) => {
      expect(check({ [file]: '' })).toMatchObject([{ file, problem: 'is generated' }]);
    },
  );
});
