import { basename } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';
import { plainExports } from './plain-exports.ts';

/** Leaves a `require` of another entry in place; everything else is bundled in. */
export function lazyEntries(entries: readonly string[]): Plugin {
  return {
    name: 'lazy-entries',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path }) =>
        kind === 'require-call' && entries.includes(basename(path, '.js')) ? { path, external: true } : undefined,
      );
    },
  };
}

/**
 * A package's entries as the layer ships them: built as the package is, then minified.
 * @param folder The package's.
 * @param entries Names of files in its `src` without their ending.
 */
export async function minifiedEntries(folder: string, entries: readonly string[]): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((name) => `src/${name}.ts`),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [lazyEntries(entries)],
  });
  const files = outputFiles.map(async ({ path, text }): Promise<[string, string]> => {
    const { code } = await transform(plainExports(text), { minify: true, platform: 'node', target: 'node22', format: 'cjs' });
    return [basename(path, '.js'), code];
  });
  return new Map(await Promise.all(files));
}
