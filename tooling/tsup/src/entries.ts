import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { browserText } from './browser-text.ts';
import { plainExports } from './plain-exports.ts';

/** Entries that are put into one file. */
export interface Together {
  /** The file's name, without its ending. */
  readonly name: string;
  readonly entries: readonly string[];
}

/** Leaves a `require` of another entry in place, or one of the file it has been put into; everything else is bundled in. */
export function lazyEntries(entries: readonly string[], together?: Together): Plugin {
  return {
    name: 'lazy-entries',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path }) => {
        const entry = basename(path, '.js');
        if (kind !== 'require-call' || !entries.includes(entry)) return undefined;
        return { path: together?.entries.includes(entry) ? `./${together.name}.js` : path, external: true };
      });
    },
  };
}

/**
 * A package's entries as the layer ships them: built as the package is, then minified (by terser: 3.5 % smaller than esbuild's, zipped).
 * @param folder The package's.
 * @param entries Names of files in its `src` without their ending.
 * @param together Those of them that become one file; what they export must have different names.
 */
export async function minifiedEntries(folder: string, entries: readonly string[], together?: Together): Promise<Map<string, string>> {
  const alone = entries.filter((name) => !together?.entries.includes(name));
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: alone.map((name) => `src/${name}.ts`),
    ...(together && {
      stdin: { contents: together.entries.map((name) => `export * from './${name}.js';`).join('\n'), resolveDir: `${folder}/src`, loader: 'ts' },
    }),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [lazyEntries(entries, together), browserText()],
  });
  const files = outputFiles.map(async ({ path, text }): Promise<[string, string]> => {
    const { code = '' } = await minify(plainExports(text), { ecma: 2020, toplevel: true, compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true } });
    const name = basename(path, '.js');
    return [name === 'stdin' && together ? together.name : name, code];
  });
  return new Map(await Promise.all(files));
}
