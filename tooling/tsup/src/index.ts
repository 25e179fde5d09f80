import { basename } from 'node:path';
import type { Plugin } from 'esbuild';
// As a type only: tsup itself does not load where Node may not `require` ES modules, and others want the plugin alone.
import type { Options } from 'tsup';

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
    esbuildPlugins: [lazyEntries(entries)],
  };
}

/** Leaves a `require` of another entry in place; everything else is bundled in. */
export function lazyEntries(entries: readonly string[]): Plugin {
  return {
    name: 'lazy-entries',
    setup(build) {
      build.onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path }) =>
        kind === 'require-call' && entries.includes(basename(path, '.js')) ? { path, external: true } : undefined,
      );
    },
  };
}
