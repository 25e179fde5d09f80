import { basename } from 'node:path';
import type { Plugin } from 'esbuild';
import { defineConfig } from 'tsup';

/**
 * How every published package is built: CommonJS, one self-contained file per entry.
 * A `require('./core.js')` between entries stays a `require`, so that the other file is loaded when the call runs and not before.
 * @param entries Names of files in `src` without their ending; each becomes a file in `dist`.
 */
export function library(...entries: readonly string[]): ReturnType<typeof defineConfig> {
  return defineConfig({
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
    esbuildPlugins: [lazyEntries(new Set(entries))],
  });
}

function lazyEntries(entries: ReadonlySet<string>): Plugin {
  return {
    name: 'lazy-entries',
    setup(build) {
      build.onResolve({ filter: /^\.\/.*\.js$/ }, ({ kind, path }) =>
        kind === 'require-call' && entries.has(basename(path, '.js')) ? { path, external: true } : undefined,
      );
    },
  };
}
