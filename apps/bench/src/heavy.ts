import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';

const folder = join(handlersFolder, 'heavy', 'node_modules', '@bench', 'heavy');

/** Path of a core of some 500 KB. It bundles a client of the AWS SDK, like cores that do not use the runtime's client. */
export const heavyCore = join(folder, 'core.js');

/** Bundles the core. */
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
