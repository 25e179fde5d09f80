import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { npm, pack } from '../src/pack.ts';
import { type Package, published } from '../src/workspace.ts';
import { put, type Tree } from './tree.ts';

const execute = promisify(execFile);
const { resolve } = createRequire(import.meta.url);

/** The compilers that are tested: that of this repository, and the oldest one that works. */
export const compilers = { newest: resolve('typescript/bin/tsc'), oldest: resolve('typescript-oldest/bin/tsc') } as const;

/** How a user's program is compiled. `node10` does not support `exports`; TypeScript 6 has deprecated it. */
export interface Compiling {
  readonly resolution: 'bundler' | 'nodenext' | 'node10';
  readonly compiler: keyof typeof compilers;
}
const typeRoots = [join(import.meta.dirname, '..', 'node_modules', '@types')];

/** Flags of Lambda's runtimes, which switch both features off. */
const lambdaFlags = ['--no-experimental-require-module', '--no-experimental-detect-module'];

/** Creates a folder as a user would have it: every published package is installed from its tarball, and no other package can be found. */
export function install(root: string): { readonly top: string; readonly app: string } {
  const top = mkdtempSync(join(tmpdir(), 'suga-pack-'));
  const app = join(top, 'app');
  try {
    put(top, { 'app/package.json': { name: 'app', private: true }, 'tarballs/.keep': '' });
    const folders = published(root).flatMap((each) => [join(root, each.folder), ...brought(root, each)]);
    npm(app, 'install', '--ignore-scripts', ...pack(folders, join(top, 'tarballs')).values());
  } catch (error) {
    rmSync(top, { recursive: true, force: true });
    throw error;
  }
  return { top, app };
}

/** Lists the dependencies of a package, from this workspace. npm would fetch the same versions. */
function brought(root: string, { folder, manifest }: Package): readonly string[] {
  const names = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@suga/'));
  return names.map((name) => realpathSync(join(root, folder, 'node_modules', name)));
}

/** Runs a file on this Node with Lambda's flags and returns its output. */
export async function run(file: string): Promise<string> {
  const { stdout } = await execute(process.execPath, [...lambdaFlags, file], { cwd: join(file, '..'), env: {} });
  return stdout.trim();
}

/** Type-checks files with strict settings, including the `.d.ts` of dependencies, and returns the compiler's output. */
export async function typecheck(folder: string, { resolution, compiler }: Compiling, files: Tree): Promise<string> {
  const module = { bundler: 'preserve', nodenext: 'nodenext', node10: 'commonjs' }[resolution];
  const environment = { target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], types: ['node'], typeRoots };
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    ...environment,
    module,
    moduleResolution: resolution,
  };
  put(folder, { ...files, 'tsconfig.json': { compilerOptions, files: Object.keys(files) } });
  try {
    await execute(process.execPath, [compilers[compiler], '-p', folder], { cwd: folder });
    return '';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

/** How a user's program is bundled into one file. */
export interface Bundling {
  readonly bundler: 'esbuild' | 'rollup';
  readonly format: 'cjs' | 'esm';
}

/** Bundles a user's program into one file, alone in a folder beside the user's. */
export async function bundle(app: string, name: string, { bundler, format }: Bundling, code: string): Promise<string> {
  const own = `${name}-${bundler}-${format}`;
  const empty = join(app, '..', own);
  mkdirSync(empty);
  const source = join(app, `${own}.mjs`);
  writeFileSync(source, code);
  const outfile = join(empty, format === 'cjs' ? 'index.cjs' : 'index.mjs');
  if (bundler === 'esbuild') {
    await build({ absWorkingDir: app, entryPoints: [source], outfile, bundle: true, platform: 'node', target: 'node22', format, logLevel: 'silent' });
  } else {
    const made = await rollup({ input: source, plugins: [nodeResolve({ preferBuiltins: true }), commonjs()], logLevel: 'silent' });
    await made.write({ file: outfile, format, inlineDynamicImports: true });
  }
  return outfile;
}
