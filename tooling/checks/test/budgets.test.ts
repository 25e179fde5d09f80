import { describe, expect, it } from 'vitest';
import { budgets, sizes, table } from '../src/budgets.ts';
import { packageFiles, type Tree, tree } from './tree.ts';

const heavy = `export const text = '${'x'.repeat(500)}';`;
const sources = {
  'src/index.ts': `export const load = () => require('./core.js');`,
  'src/core.ts': `export { text } from './text.js';`,
  'src/text.ts': heavy,
  'dist/core.js': '',
};
const repository = (limits: Tree) => tree({ ...packageFiles('cache', sources), 'tooling/checks/budgets.json': limits });

describe('budgets', () => {
  it('are of entries alone: what another entry holds is not counted, what is bundled in is', async () => {
    const root = repository({ '@suga/cache': { index: 600, core: 1100 } });
    const [core, index] = await sizes(root);
    expect(core?.bytes).toBeGreaterThan(500);
    expect(index?.bytes).toBeLessThan(600);
    expect(await budgets(root)).toEqual([]);
    expect(table(await sizes(root))).toEqual([
      expect.stringMatching(/^@suga\/cache core +\d+ of +1,100$/),
      expect.stringMatching(/^@suga\/cache index +\d+ of +600$/),
    ]);
  });

  it('are kept', async () => {
    expect(await budgets(repository({ '@suga/cache': { index: 600, core: 500 } }))).toMatchObject([
      { problem: expect.stringMatching(/"core" has \d+ bytes, \d+ more/) },
    ]);
  });

  it('are there for every entry, and for no other', async () => {
    expect(await budgets(repository({ '@suga/cache': { index: 600, door: 1 } }))).toMatchObject([
      { problem: expect.stringMatching(/no budget for "core"/) },
      { problem: '@suga/cache has no entry "door"' },
    ]);
  });
});
