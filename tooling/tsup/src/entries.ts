import { basename, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { browserText } from './browser-text.ts';
import { bundledModules } from './bundled-modules.ts';
import { plainExports } from './plain-exports.ts';

/** Source files by the name of their output file in `dist`, without extension: `{ http: 'src/http/index.ts' }`. */
export type Entries = Readonly<Record<string, string>>;

/** Entries that are built into one file. */
export interface Together {
  /** Name of the file, without extension. */
  readonly name: string;
  /** Names of entries. */
  readonly entries: readonly string[];
}

/** Returns the entries of a package from its `tsup.config.mts`. @param folder The folder of the package. */
export async function entriesOf(folder: string): Promise<Entries> {
  const config = (await import(pathToFileURL(join(folder, 'tsup.config.mts')).href)) as { default: { entry: Entries } };
  return config.default.entry;
}

/**
 * Keeps a `require` of another entry, and redirects it to the file that contains the entry. Imports are bundled in.
 * The required path is that of the source, in any folder; the built files all lie in one folder. A `require` of a source that is not
 * an entry fails the build: if it were bundled in, it would load together with the file that wants to load it later.
 */
export function lazyEntries(entries: Entries, together: readonly Together[] = []): Plugin {
  return {
    name: 'lazy-entries',
    setup({ initialOptions, onResolve }) {
      const folder = initialOptions.absWorkingDir ?? process.cwd();
      const names = new Map(Object.entries(entries).map(([name, source]) => [join(folder, source), name]));
      onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ kind, path, resolveDir }) => {
        const source = join(resolveDir, path).replace(/\.js$/, '.ts');
        // Libraries also require their own files. Those are bundled as usual.
        if (kind !== 'require-call' || !source.startsWith(join(folder, 'src', sep))) return undefined;
        const name = names.get(source);
        if (name === undefined) return { errors: [{ text: `"${path}" is required but is not an entry: import it, or add it to tsup.config.mts.` }] };
        const group = together.find((each) => each.entries.includes(name));
        return { path: `./${group?.name ?? name}.js`, external: true };
      });
    },
  };
}

/**
 * Builds a package's entries as the layer ships them: like the package itself, then minified by terser. Zipped, the result is 3.5 %
 * smaller than with esbuild's minifier.
 * @param folder The folder of the package.
 * @param entries All or some entries of the package.
 * @param together Groups of entries that become one file each. The exports of a group must have different names.
 */
export async function minifiedEntries(folder: string, entries: Entries, together: readonly Together[] = []): Promise<Map<string, string>> {
  const grouped = new Set(together.flatMap((group) => group.entries));
  const common: BuildOptions & { write: false } = {
    absWorkingDir: folder,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [lazyEntries(entries, together), bundledModules(), browserText()],
  };
  const alone = Object.fromEntries(Object.entries(entries).filter(([name]) => !grouped.has(name)));
  const results = await Promise.all([
    build({ ...common, entryPoints: alone }),
    ...together.map((group) => build({ ...common, stdin: { contents: reexports(group.entries, entries), resolveDir: folder, loader: 'ts' } })),
  ]);
  const files = results.flatMap(({ outputFiles }, at) =>
    outputFiles.map(async ({ path, text }): Promise<[string, string]> => [together[at - 1]?.name ?? basename(path, '.js'), await minified(text)]),
  );
  return new Map(await Promise.all(files));
}

const reexports = (names: readonly string[], entries: Entries): string => names.map((name) => `export * from './${entries[name]}';`).join('\n');

async function minified(text: string): Promise<string> {
  const { code = '' } = await minify(plainExports(text), { ecma: 2020, toplevel: true, compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true } });
  return code;
}
