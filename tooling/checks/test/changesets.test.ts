import { describe, expect, it } from 'vitest';
import { changesets } from '../src/changesets.ts';
import { packageFiles, type Tree, tree } from './tree.ts';

const config = (changes: Tree = {}) => ({ '.changeset/config.json': { baseBranch: 'main', access: 'public', ...changes } });
const pending = (...names: readonly string[]) => ({ '.changeset/new.md': `---\n${names.map((name) => `"${name}": minor\n`).join('')}---\n\nNew.\n` });
const check = (...files: readonly Tree[]) => changesets(tree(Object.assign({}, packageFiles('cache'), ...files)));

describe('changesets', () => {
  it('may be pending, released, or not used at all', () => {
    expect(check(config(), pending('@suga/cache'))).toEqual([]);
    expect(check(config(), { 'packages/cache/CHANGELOG.md': '# Changes' })).toEqual([]);
    expect(check()).toEqual([]);
  });

  it('exist for every published package', () => {
    expect(check(config(), packageFiles('config'), pending('@suga/cache'))).toMatchObject([
      { file: 'packages/config', problem: expect.stringContaining('neither') },
    ]);
  });

  it('ignore no published package', () => {
    expect(check(config({ ignore: ['@suga/cache'] }), { 'packages/cache/CHANGELOG.md': '' })).toMatchObject([
      { problem: expect.stringContaining('ignores @suga/cache') },
    ]);
  });

  it('name only existing packages', () => {
    expect(check(config(), pending('@suga/cache', '@suga/cahce'))).toMatchObject([
      { file: '.changeset/new.md', line: 3, problem: expect.stringContaining('"@suga/cahce"') },
    ]);
    expect(check(config({ fixed: [['@suga/nothing']] }), pending('@suga/cache')).length).toBeGreaterThan(0);
  });

  it('have settings that changesets itself accepts', () => {
    expect(check(config({ access: 'everyone' }), pending('@suga/cache'))).toMatchObject([{ file: '.changeset/config.json' }]);
  });
});
