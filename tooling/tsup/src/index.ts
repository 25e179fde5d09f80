// Only the type is imported: tsup itself does not load if Node may not `require` ES modules, and some importers need only the other exports.
import type { Options } from 'tsup';
import { browserText } from './browser-text.ts';
import { bundledModules } from './bundled-modules.ts';
import { type Entries, lazyEntries } from './entries.ts';
import { plainExports } from './plain-exports.ts';

export { type Entries, entriesOf, minifiedEntries, type Together } from './entries.ts';

/**
 * Returns the build settings of every published package: CommonJS, one self-contained file per entry.
 * A `require` of another entry's source stays a `require`, so that the other file loads only when that call runs.
 * @param entries Files in `src` without extension. Each becomes a file in `dist`; `{ http: 'http/index' }` gives that file another name.
 */
export function library(...entries: readonly (string | Entries)[]): Options & { readonly entry: Record<string, string> } {
  const sources = Object.assign({}, ...entries.map((each) => (typeof each === 'string' ? { [each]: each } : each))) as Entries;
  const entry = Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, `src/${source}.ts`]));
  return {
    entry,
    format: ['cjs'],
    platform: 'node',
    target: 'node22',
    outDir: 'dist',
    splitting: false,
    treeshake: false,
    sourcemap: true,
    clean: true,
    silent: true,
    noExternal: [/.*/],
    esbuildPlugins: [lazyEntries(entry), bundledModules(), browserText()],
    plugins: [{ name: 'plain-exports', renderChunk: (code, { map }) => ({ code: plainExports(code), map: map ?? null }) }],
  };
}
