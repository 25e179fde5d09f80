// As a type only: tsup itself does not load where Node may not `require` ES modules, and others want the rest alone.
import type { Options } from 'tsup';
import { browserText } from './browser-text.ts';
import { bundledModules } from './bundled-modules.ts';
import { type Entries, lazyEntries } from './entries.ts';
import { plainExports } from './plain-exports.ts';

export { type Entries, entriesOf, minifiedEntries, type Together } from './entries.ts';

/**
 * How every published package is built: CommonJS, one self-contained file per entry.
 * A `require` of another entry's source stays a `require`, so that the other file is loaded when the call runs and not before.
 * @param entries Files in `src` without their ending; each becomes a file in `dist`. `{ http: 'http/index' }` gives that file a name of its own.
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
