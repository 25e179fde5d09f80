import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { prose } from '../src/prose.ts';
import { type Tree, tree } from './tree.ts';

/** Joins the parts of a word that must not stand in this file either. */
const word = (...parts: readonly string[]): string => parts.join('');
/** A comment, which this file must not contain as such. */
const block = (text: string): string => word('/', `** ${text} *`, '/');

function check(files: Tree) {
  const root = tree(files);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  execFileSync('git', ['add', '--all'], { cwd: root });
  return prose(root);
}

describe('prose', () => {
  it.each([
    ['a.ts', block('The result of `unload`.')],
    ['a.ts', block('Whether it is loaded.')],
    ['a.ts', block('How long it may take, in ms.')],
    ['a.ts', block('In-flight computations.')],
    ['a.ts', block('Returns the value, where there is one.')],
    ['a.ts', '// What a line comment begins with is not checked.'],
    ['a.md', block('What a page shows as an example is not checked.')],
    ['a.md', 'An anemone, a body and its newest member.'],
    ['a.md', 'It works at workers, gives upper limits, tells a part of it and told all.'],
    ['a.png', word('no', 'body')],
  ])('may be in %s: %s', (file, text) => {
    expect(check({ [file]: text })).toEqual([]);
  });

  it.each([
    'What',
    'Who',
    'Those',
    'Of',
    'Where',
    'Which',
    'Whose',
    'When',
    'Why',
    'For',
    'From',
    'Until',
    'Under',
    'Between',
    'With',
    'By',
    'In',
    'Beside',
    'Beyond',
  ])('has no block that begins with %s', (first) => {
    expect(check({ 'a.ts': `\n${block(`${first} is this?`)}` })).toMatchObject([{ file: 'a.ts', line: 2 }]);
    expect(check({ 'a.mts': `\n/**\n * ${first} is this?\n */` })).toMatchObject([{ file: 'a.mts', line: 2 }]);
  });

  it.each([
    ...[word('no', 'body'), word('Some', 'body'), word('any', 'body'), word('who', 'ever'), word('an', 'ew'), word('sel', 'dom')],
    ...[word('at w', 'ork'), word('taken o', 'ut'), word('under w', 'ay'), word('tell a', 'part'), word('tells a', 'part')],
    ...['give', 'Gives', 'given', 'gave'].map((form) => word(form, ' up')),
    ...['is', 'are', 'Was', 'were'].map((form) => word(form, ' told')),
  ])('does not say %s, in code and on pages', (retired) => {
    for (const file of ['a.ts', 'a.mjs', 'a.md', 'a.html', '.changeset/a.md', 'a.yaml']) {
      expect(check({ [file]: `\nIt has ${retired} here.` })).toMatchObject([{ file, line: 2, problem: `says "${retired}"` }]);
    }
  });
});
