import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';

const folder = join(handlersFolder, 'heavy', 'node_modules', '@bench', 'heavy');

/** A core of some 500 KB: a bundled client of the AWS SDK, as cores have that talk to AWS without the runtime's. */
export const heavyCore = join(folder, 'core.js');

/** Bundles it. */
export async function makeHeavy(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  await build({
    entryPoints: [join(import.meta.dirname, 'peers', 'heavy.ts')],
    outfile: heavyCore,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    logLevel: 'error',
  });
}
