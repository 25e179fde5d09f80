import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const folder = join(import.meta.dirname, '..', '..', '..', 'packages', 'gateway', 'src', 'bundled');

/**
 * Resolves modules such as `@suga/gateway/check` to their sources, so that a package bundles only the functions that it uses.
 * The published form of these modules is CommonJS, which esbuild can only bundle whole.
 */
export function bundledModules(): Plugin {
  return {
    name: 'bundled-modules',
    setup({ onResolve }) {
      onResolve({ filter: /^@suga\/gateway\/[a-z-]+$/ }, ({ path }) => {
        const source = join(folder, `${path.slice('@suga/gateway/'.length)}.ts`);
        return existsSync(source) ? { path: source, sideEffects: false } : undefined;
      });
    },
  };
}
