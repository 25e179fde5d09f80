import { join } from 'node:path';
import { type BuildContext, type BuildOptions, build, context } from 'esbuild';

/** Path of the bundled function's folder, which a deployment would zip. */
export const functionFolder: string = join(import.meta.dirname, '..', 'dist', 'function');

const options: BuildOptions = {
  absWorkingDir: join(import.meta.dirname, '..'),
  entryPoints: ['src/function/index.ts'],
  outfile: join(functionFolder, 'index.cjs'),
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // These packages come from the layer.
  external: ['@suga/*'],
  logLevel: 'warning',
};

/** Bundles again whenever a source changes, and calls `rebuilt` each time it succeeds. */
export async function bundleOnChange(rebuilt: () => void): Promise<BuildContext> {
  const watching = await context({
    ...options,
    plugins: [
      {
        name: 'rebuilt',
        setup: ({ onEnd }) =>
          onEnd(({ errors }) => {
            if (errors.length === 0) rebuilt();
          }),
      },
    ],
  });
  await watching.watch();
  return watching;
}

if (import.meta.main) await build(options);
