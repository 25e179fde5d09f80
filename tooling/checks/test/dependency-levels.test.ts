import { describe, expect, it } from 'vitest';
import { dependencyLevels } from '../src/dependency-levels.ts';
import { manifest, type Tree, tree } from './tree.ts';

const folders = [
  'packages/gateway',
  'packages/cache',
  'packages/circuit-breaker',
  'packages/lmms',
  'packages/testing',
  'packages/cli',
  'tooling/tsup',
  'layers/suga',
  'apps/demo',
];
const manifests = Object.fromEntries(folders.map((folder) => [`${folder}/package.json`, manifest(`@suga/${folder.split('/')[1]}`)]));
const check = (files: Tree) => dependencyLevels(tree({ ...manifests, ...files }));

describe('dependencyLevels', () => {
  it.each([
    ['packages/cache/src/a.ts', `import type { Interface } from '@suga/gateway';`],
    ['packages/cache/src/a.ts', `let a: import('@suga/gateway').Interface;`],
    ['packages/cache/src/a.ts', `import { SugaError } from '@suga/gateway/errors';`],
    ['packages/cache/src/a.ts', `declare module '@suga/gateway' { interface Interfaces { cache: 1 } }`],
    ['packages/cache/src/deep/a.ts', `import { b } from '../b.js'; import 'node:fs'; import type { C } from 'aws-lambda';`],
    ['packages/lmms/src/a.ts', `import { isSugaError } from '@suga/gateway';`],
    ['packages/testing/src/a.ts', `import { cache } from '@suga/cache';`],
    ['packages/cli/src/a.ts', `import { suite } from '@suga/testing'; import { lmms } from '@suga/lmms';`],
    ['packages/cache/test/a.test.ts', `import { breaker } from '@suga/circuit-breaker';`],
    ['layers/suga/src/a.ts', `import { minifiedEntries } from '@suga/tsup';`],
    ['apps/demo/src/a.ts', `import { cache } from '@suga/cache'; import { layerFolder } from '@suga/layer';`],
  ])('let %s say %s', (file, text) => {
    expect(check({ [file]: text })).toEqual([]);
  });

  it.each([
    ['packages/gateway/src/a.ts', `import type { Cache } from '@suga/cache';`, /lowest level/],
    ['packages/cache/src/a.ts', `import { control } from '@suga/gateway';`, /import type/],
    ['packages/cache/src/a.ts', `import { type Interface } from '@suga/gateway';`, /import type/],
    ['packages/cache/src/a.ts', `export * from '@suga/gateway';`, /import type/],
    ['packages/cache/src/a.ts', `const a = () => require('@suga/gateway');`, /import type/],
    ['packages/cache/src/a.ts', `import type { AutoGateway } from '@suga/gateway/auto';`, /import type/],
    ['packages/cache/src/a.ts', `import type { Breaker } from '@suga/circuit-breaker';`, /through the gateway/],
    ['packages/cache/src/a.ts', `let a: typeof import('@suga/circuit-breaker');`, /through the gateway/],
    ['packages/cache/src/a.ts', `await import('@suga/lmms');`, /through the gateway/],
    ['packages/cache/src/a.ts', `import type { B } from '../../circuit-breaker/src/b.js';`, /inside the package/],
    ['packages/lmms/src/a.ts', `import type { Cache } from '@suga/cache';`, /gateway only/],
    ['packages/testing/src/a.ts', `import '@suga/cli';`, /above/],
    ['packages/cli/src/a.ts', `import '@suga/tsup';`, /devDependencies/],
    ['packages/cli/src/a.ts', `import '@suga/suga';`, /layers\/ is above/],
    ['packages/cli/src/a.ts', `import '@suga/demo';`, /apps\/ is above/],
    ['packages/cli/src/a.ts', `import '@suga/nothing';`, /no such package/],
  ])('do not let %s say %s', (file, text, remedy) => {
    expect(check({ [file]: `// one line before\n${text}` })).toEqual([expect.objectContaining({ file, line: 2, remedy: expect.stringMatching(remedy) })]);
  });

  it('hold for manifests: dependencies on lower levels are allowed, on tooling and test packages only in devDependencies', () => {
    const asks = (changes: Tree) => check({ 'packages/cache/package.json': manifest('@suga/cache', changes) });
    expect(
      asks({ peerDependencies: { '@suga/gateway': '1.x' }, devDependencies: { '@suga/tsup': 'workspace:*', '@suga/circuit-breaker': 'workspace:*' } }),
    ).toEqual([]);
    expect(asks({ peerDependencies: { '@suga/circuit-breaker': '1.x' } })).toMatchObject([
      { file: 'packages/cache/package.json', problem: 'depends on "@suga/circuit-breaker"' },
    ]);
    expect(asks({ dependencies: { '@suga/tsup': '1.0.0' } })).toHaveLength(1);
    expect(asks({ optionalDependencies: { '@suga/lmms': '1.0.0' } })).toHaveLength(1);
  });
});
