import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { npm, pack } from '../src/pack.ts';
import { type Package, published } from '../src/workspace.ts';
import { put, type Tree } from './tree.ts';

const execute = promisify(execFile);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const typeRoots = [join(import.meta.dirname, '..', 'node_modules', '@types')];

/** Lambda's runtimes switch both off. */
const lambdaFlags = ['--no-experimental-require-module', '--no-experimental-detect-module'];

/** The folder of a user who has installed every published package, from tarballs, with nothing else within reach. */
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

/** What a package brings along, as this workspace has it; npm would fetch the same version. */
function brought(root: string, { folder, manifest }: Package): readonly string[] {
  const names = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@suga/'));
  return names.map((name) => realpathSync(join(root, folder, 'node_modules', name)));
}

/** Runs a file on this Node with Lambda's flags and hands back what it printed. */
export async function run(file: string): Promise<string> {
  const { stdout } = await execute(process.execPath, [...lambdaFlags, file], { cwd: join(file, '..'), env: {} });
  return stdout.trim();
}

/** Type-checks files as a strict user of Node would, `.d.ts` of dependencies included, and hands back what the compiler says. */
export async function typecheck(folder: string, resolution: 'bundler' | 'nodenext', files: Tree): Promise<string> {
  const module = resolution === 'bundler' ? 'preserve' : 'nodenext';
  const environment = { target: 'ES2023', lib: ['ES2024', 'ESNext.Disposable'], types: ['node'], typeRoots };
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
    await execute(process.execPath, [tsc, '-p', folder], { cwd: folder });
    return '';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

/** Bundles a program of the user's into one file, alone in a folder beside theirs. */
export async function bundle(app: string, code: string, format: 'cjs' | 'esm'): Promise<string> {
  const empty = join(app, '..', `bundled-${format}`);
  mkdirSync(empty);
  const source = join(app, `bundled-${format}.mjs`);
  writeFileSync(source, code);
  const outfile = join(empty, format === 'cjs' ? 'index.cjs' : 'index.mjs');
  await build({ absWorkingDir: app, entryPoints: [source], outfile, bundle: true, platform: 'node', target: 'node22', format, logLevel: 'silent' });
  return outfile;
}
