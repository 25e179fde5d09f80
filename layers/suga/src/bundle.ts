import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lazyEntries } from '@suga/tsup';
import { type BuildOptions, build } from 'esbuild';

/** What the licences of bundled libraries ask to be kept with them. */
const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** Files of the layer by their path in it. */
export type Files = Map<string, Uint8Array>;

/** What of a package's manifest the layer looks at. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * One package as it stands in the layer: minified, one self-contained file per entry, without types and maps.
 *
 * Without `exports` too: the first resolution through them costs a cold start a millisecond and more. In their place every
 * subpath is a file of just that name: `@suga/gateway/auto` is the file `auto`, which `require` and `import` both take for CommonJS.
 */
export async function packageFiles(folder: string): Promise<Files> {
  const { name, version, license, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const place = `nodejs/node_modules/${name}`;
  const files: Files = new Map([[`${place}/package.json`, new TextEncoder().encode(JSON.stringify({ name, version, license }))]]);
  const notices = join(folder, NOTICES);
  if (existsSync(notices)) files.set(`${place}/${NOTICES}`, readFileSync(notices));
  const { outputFiles } = await build({ ...options(folder), absWorkingDir: folder, outdir: 'dist', write: false });
  for (const { path, contents } of outputFiles) {
    const entry = basename(path, '.js');
    files.set(`${place}/${`./${entry}` in exports ? entry : `${entry}.js`}`, contents);
  }
  return files;
}

/** The entries are those of the package's own build; only the minifying is the layer's. */
function options(folder: string): BuildOptions {
  const entries = readdirSync(join(folder, 'dist')).flatMap((file) => (file.endsWith('.js') ? [file.slice(0, -3)] : []));
  return {
    entryPoints: entries.map((name) => `src/${name}.ts`),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [lazyEntries(entries)],
  };
}
