// As a type only: tsup itself does not load where Node may not `require` ES modules, and others want the rest alone.
import type { Options } from 'tsup';
import { browserText } from './browser-text.ts';
import { lazyEntries } from './entries.ts';
import { plainExports } from './plain-exports.ts';

export { minifiedEntries, type Together } from './entries.ts';

/**
 * How every published package is built: CommonJS, one self-contained file per entry.
 * A `require('./core.js')` between entries stays a `require`, so that the other file is loaded when the call runs and not before.
 * @param entries Names of files in `src` without their ending; each becomes a file in `dist`.
 */
export function library(...entries: readonly string[]): Options {
  return {
    entry: entries.map((name) => `src/${name}.ts`),
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
    esbuildPlugins: [lazyEntries(entries), browserText()],
    plugins: [{ name: 'plain-exports', renderChunk: (code, { map }) => ({ code: plainExports(code), map: map ?? null }) }],
  };
}
