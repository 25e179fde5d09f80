import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KnipConfig } from 'knip';
import { entriesOf } from './tooling/tsup/src/entries.ts';

const folder = fileURLToPath(new URL('packages', import.meta.url));

type Workspaces = NonNullable<KnipConfig['workspaces']>;

/** Further entries of a package, besides those of its build and its tests, and dependencies that only look unused. */
const more: Readonly<Record<string, { readonly entry?: readonly string[]; readonly ignoreDependencies?: string[] }>> = {
  ftpms: { entry: ['src/page/script.ts'], ignoreDependencies: ['@aws-sdk/.*', 'aws4', 'browser'] },
  http: { ignoreDependencies: ['@types/http-cache-semantics'] },
};

/** Returns the published packages. Their entries are the files that they are built from. */
async function packages(): Promise<Workspaces> {
  const found: Workspaces = {};
  // One at a time: with two imports at once, knip's TypeScript loader gives the second import an incomplete module.
  for (const name of readdirSync(folder)) {
    const { entry = [], ...rest } = more[name] ?? {};
    const entries = Object.values(await entriesOf(join(folder, name)));
    found[`packages/${name}`] = { entry: [...entries, ...entry, 'test/**/*.{test.ts,test-d.ts,cjs,mjs}'], project: ['{src,test}/**'], ...rest };
  }
  return found;
}

const others: Workspaces = {
  '.': { ignoreDependencies: ['@biomejs/biome', 'turbo'] },
  'layers/suga': {
    entry: ['src/{index,main}.ts', 'test/**/*.{test.ts,js,mjs}'],
    project: ['{src,test}/**'],
    ignoreDependencies: ['@suga/.*', '@aws-sdk/client-.*'],
  },
  'apps/demo': {
    entry: ['src/{bundle,start,function/app,function/index}.ts', 'test/**/*.test.ts'],
    project: ['{src,test}/**'],
  },
  'apps/bench': {
    entry: ['src/{budgets,bundle,main}.ts', 'src/{handlers,peers,scripts}/*'],
    project: ['src/**'],
    // Its size is measured by bundling it by its name.
    ignoreDependencies: ['@suga/http'],
  },
  'tooling/aws-fakes': {
    entry: ['test/**/*.test.ts'],
    project: ['{src,test}/**'],
  },
  'tooling/checks': {
    entry: ['test/**/*.test.ts'],
    project: ['{src,test}/**'],
    ignoreDependencies: ['@suga/.*', '@types/aws-lambda'],
  },
  'tooling/local-lambda': {
    entry: ['src/runtime/*.{mjs,cjs}', 'test/**/{*.test,parent}.ts'],
    project: ['{src,test}/**'],
    ignore: ['test/fixtures/**'],
    ignoreDependencies: ['aws-lambda-ric'],
  },
  'tooling/long-tests': {
    entry: ['src/{main,mutants.config,mutant-in-children,build-copy}.ts', 'test/**/*.test.ts'],
    project: ['{src,test}/**'],
    ignoreBinaries: ['tsup'],
  },
  'tooling/setup': { project: ['*.mjs'] },
  'tooling/stryker': { ignoreDependencies: ['@stryker-mutator/.*', '@suga/vitest', 'vitest'] },
  'tooling/vitest': {
    entry: ['src/{clock,fast-check,index,until}.ts', 'test/**/*.test.ts'],
    project: ['{src,test}/**'],
  },
  'tooling/*': {},
};

export default async (): Promise<KnipConfig> => ({
  ignoreExportsUsedInFile: true,
  workspaces: { ...others, ...(await packages()) },
});
