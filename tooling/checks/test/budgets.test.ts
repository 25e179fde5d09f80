import { describe, expect, it } from 'vitest';
import { budgets, sizes, table } from '../src/budgets.ts';
import { packageFiles, type Tree, tree } from './tree.ts';

const heavy = `export const text = '${'x'.repeat(500)}';`;
const sources = {
  'src/index.ts': `export const load = () => require('./core.js');`,
  'src/core.ts': `export { text } from './text.js';`,
  'src/text.ts': heavy,
  'src/rare/index.ts': `export const load = () => require('../core.js');`,
  'tsup.config.mts': `export default { entry: { index: 'src/index.ts', core: 'src/core.ts', rare: 'src/rare/index.ts' } };`,
};
const repository = (limits: Tree) => tree({ ...packageFiles('cache', sources), 'tooling/checks/budgets.json': limits });

describe('budgets', () => {
  it('count one entry with the modules bundled into it, but not the other entries, in any folder', async () => {
    const root = repository({ '@suga/cache': { index: 600, core: 1100, rare: 600 } });
    const [core, index, rare] = await sizes(root);
    expect(core?.bytes).toBeGreaterThan(500);
    expect(index?.bytes).toBeLessThan(200);
    expect(rare?.bytes).toBe(index?.bytes);
    expect(await budgets(root)).toEqual([]);
    expect(table(await sizes(root))).toEqual([
      expect.stringMatching(/^@suga\/cache core +\d+ of +1,100$/),
      expect.stringMatching(/^@suga\/cache index +\d+ of +600$/),
      expect.stringMatching(/^@suga\/cache rare +\d+ of +600$/),
    ]);
  });

  it('are not measured if a package lazily loads a file that it does not build', async () => {
    const root = tree(packageFiles('cache', { ...sources, 'src/index.ts': `export const load = () => require('./text.js');` }));
    await expect(sizes(root)).rejects.toThrow('"./text.js" is required but is not an entry: import it, or add it to tsup.config.mts.');
  });

  it('are kept', async () => {
    expect(await budgets(repository({ '@suga/cache': { index: 600, core: 500, rare: 600 } }))).toMatchObject([
      { problem: expect.stringMatching(/"core" has \d+ bytes, \d+ more/) },
    ]);
  });

  it('exist for every entry, and for nothing else', async () => {
    expect(await budgets(repository({ '@suga/cache': { index: 600, rare: 600, door: 1 } }))).toMatchObject([
      { problem: expect.stringMatching(/no budget for "core"/) },
      { problem: '@suga/cache has no entry "door"' },
    ]);
  });
});
