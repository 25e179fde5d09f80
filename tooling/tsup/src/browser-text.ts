import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Resolves `import { text } from 'browser:page/script.ts?uplot'` to that file of the package's `src` as a string, bundled and minified
 * for browsers. The string begins with the licence of the named library.
 */
export function browserText(): Plugin {
  return {
    name: 'browser-text',
    setup({ esbuild, initialOptions, onLoad, onResolve }) {
      const folder = initialOptions.absWorkingDir ?? process.cwd();
      onResolve({ filter: /^browser:/ }, ({ path }) => ({ path: path.slice('browser:'.length), namespace: 'browser' }));
      onLoad({ filter: /.*/, namespace: 'browser' }, async ({ path }) => {
        const [file = '', library] = path.split('?');
        const { outputFiles } = await esbuild.build({
          absWorkingDir: folder,
          entryPoints: [`./src/${file}`],
          bundle: true,
          minify: true,
          write: false,
          format: 'iife',
          target: ['chrome110', 'firefox110', 'safari16'],
          legalComments: 'none',
        });
        const licence = library ? `/* ${library}\n${readFileSync(join(folder, 'node_modules', library, 'LICENSE'), 'utf8')}\n*/` : '';
        return { contents: `export const text = ${JSON.stringify(licence + outputFiles[0]?.text)};` };
      });
    },
  };
}
