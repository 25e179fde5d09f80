import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { app, handlers, handlersFolder, usesLayer } from './handlers.ts';
import { makeHeavy } from './heavy.ts';
import { makePeers } from './interfaces.ts';
import { makeTwelve } from './twelve.ts';

/** A second entry, which answers an event of `null` with the built-in modules that are loaded. */
const listing = `const { handler } = require('./app.cjs');
exports.handler = (event, context) => (event === null ? Promise.resolve(process.moduleLoadList) : handler(event, context));
`;

/**
 * Bundles a handler and minifies it into one CommonJS file, as the CDK's NodejsFunction does. In front of it is an entry of one line.
 * Lambda imports the entry as an ES module, for which Node scans its whole text for export names. On Node 22 that takes longer than the
 * handler itself.
 */
async function bundle(name: string): Promise<void> {
  const folder = join(handlersFolder, name);
  await build({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: [`src/handlers/${name}.ts`],
    outfile: join(folder, 'app.cjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // If the layer is attached, our packages come from it.
    external: usesLayer(name) ? ['@suga/*'] : [],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'index.cjs'), "exports.handler = require('./app.cjs').handler;\n");
  writeFileSync(join(folder, 'list.cjs'), listing);
}

await Promise.all([...[app, ...handlers].map(bundle), makeTwelve(), makePeers(), makeHeavy()]);
