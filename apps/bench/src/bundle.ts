import { join } from 'node:path';
import { build } from 'esbuild';
import { app, handlers, handlersFolder } from './handlers.ts';
import { makeHeavy } from './heavy.ts';
import { makePeers } from './interfaces.ts';
import { makeTwelve } from './twelve.ts';

/** Bundles a handler and minifies it into one CommonJS file, as the CDK's NodejsFunction does. */
async function bundle(name: string): Promise<void> {
  await build({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: [`src/handlers/${name}.ts`],
    outfile: join(handlersFolder, name, 'index.cjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // If the layer is attached, our packages come from it.
    external: name === 'ours' || name === app ? ['@suga/*'] : [],
    logLevel: 'warning',
  });
}

await Promise.all([...[app, ...handlers].map(bundle), makeTwelve(), makePeers(), makeHeavy()]);
