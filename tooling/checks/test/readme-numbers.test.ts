import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readmeNumbers, updateReadmeNumbers } from '../src/readme-numbers.ts';
import { packageFiles, tree } from './tree.ts';

const results = { 'apps/bench/results.json': { 'call.warm@22': '15 ns', size: '8 KB' } };
const says = (text: string) => `# Cache\n\nA call takes <!-- bench:call.warm@22 -->${text}<!-- /bench -->.\n`;
const repository = (readme: string, more = {}) =>
  tree({ ...packageFiles('cache', { 'README.md': readme }), 'README.md': `<!-- bench:size -->8 KB<!-- /bench -->`, ...results, ...more });

describe('numbers in READMEs', () => {
  it('may be right, or absent', () => {
    expect(readmeNumbers(repository(says('15 ns')))).toEqual([]);
    expect(readmeNumbers(tree(packageFiles('cache', { 'README.md': '# Cache' })))).toEqual([]);
  });

  it('are caught when they differ from the bench', () => {
    expect(readmeNumbers(repository(says('14 ns')))).toMatchObject([
      { file: 'packages/cache/README.md', line: 3, problem: 'says 14 ns, but the bench says 15 ns (call.warm@22)' },
    ]);
  });

  it('are caught when the bench does not print them', () => {
    expect(readmeNumbers(repository(says('15 ns'), { 'apps/bench/results.json': { size: '8 KB' } }))).toMatchObject([
      { problem: expect.stringContaining('"call.warm@22"') },
    ]);
  });

  it('are caught when the marker is not closed', () => {
    const open = '\n<!-- bench:size -->8 KB, and <!-- bench:call.warm@22 -->15 ns<!-- /bench -->';
    expect(readmeNumbers(repository(open))[0]).toMatchObject({ line: 2, problem: expect.stringContaining('does not close') });
  });

  it('are corrected by --update', () => {
    const root = repository(says('14 ns'));
    expect(updateReadmeNumbers(root)).toEqual(['packages/cache/README.md']);
    expect(readFileSync(join(root, 'packages/cache/README.md'), 'utf8')).toBe(says('15 ns'));
    expect(updateReadmeNumbers(root)).toEqual([]);
  });
});
