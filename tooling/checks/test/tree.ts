import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** File contents by path: a string is written unchanged, any other value as JSON. */
export type Tree = Readonly<Record<string, unknown>>;

/** Creates a repository with these files, and removes it when the test ends. */
export function tree(files: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'suga-checks-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  put(root, files);
  return root;
}

/** Adds files to a folder. */
export function put(root: string, files: Tree): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, null, 2));
  }
}

/** Returns the manifest of a package that passes all checks, with `changes` applied. */
export const manifest = (name: string, changes: Tree = {}): Tree => ({
  name,
  version: '1.0.0',
  description: 'A package.',
  license: 'MIT',
  sideEffects: false,
  main: './dist/index.js',
  types: './dist/index.d.ts',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  files: ['dist'],
  engines: { node: '>=22.3' },
  ...changes,
});

/** Returns a whole package in `packages/` that passes all checks, with more or changed files. */
export function packageFiles(short: string, more: Tree = {}): Tree {
  const files: Tree = {
    'package.json': manifest(`@suga/${short}`),
    'src/index.ts': `export const ${short} = 1;\nexport interface Options {}\n`,
    'dist/index.js': `exports.${short} = 1;\n`,
    'dist/index.d.ts': `export declare const ${short} = 1;\nexport interface Options {}\n`,
    ...more,
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`packages/${short}/${name}`, content]));
}
