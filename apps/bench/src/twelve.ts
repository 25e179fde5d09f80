import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';
import { interfaces, packageOf } from './interfaces.ts';

const packages = join(layerFolder, 'nodejs', 'node_modules', '@suga');
const folder = join(handlersFolder, 'twelve');

/** The two programs that `makeTwelve` makes. */
export const twelve = { files: join(folder, 'files.js'), bundled: join(folder, 'bundled.cjs') } as const;

/**
 * Makes two programs that create a gateway over all twelve definitions and print how long that took, in ms, from the first `require` on:
 * one with thirteen files, as from the layer, and one bundled into a single file, as functions without the layer are.
 */
export async function makeTwelve(): Promise<void> {
  const { files: program, bundled } = twelve;
  mkdirSync(folder, { recursive: true });
  cpSync(join(packages, 'gateway'), join(folder, 'gateway'), { recursive: true });
  const chosen = interfaces.filter(({ name }) => name !== 'store');
  const definitions = chosen.map(({ name }) => {
    cpSync(join(packages, packageOf(name), 'index.js'), join(folder, `${name}.js`));
    return `${name}: require('./${name}.js').${name}()`;
  });
  writeFileSync(
    program,
    `const started = process.hrtime.bigint();
const gateway = require('./gateway/index.js').createGateway({ ${definitions.join(', ')} });
console.log(JSON.stringify({ took: Number(process.hrtime.bigint() - started) / 1e6, interfaces: Object.keys(Object.getPrototypeOf(gateway)).length }));`,
  );
  writeFileSync(join(folder, 'package.json'), '{}');
  const files = new Set(chosen.flatMap(({ name }) => readdirSync(join(packages, packageOf(name)))));
  const cores = [...files].filter((file) => file !== 'index.js').map((file) => `./${file}`);
  await build({ entryPoints: [program], outfile: bundled, bundle: true, minify: true, platform: 'node', format: 'cjs', external: cores, logLevel: 'warning' });
}
