import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';
import { interfaces, packageOf } from './interfaces.ts';

const packages = join(layerFolder, 'nodejs', 'node_modules', '@suga');
const folder = join(handlersFolder, 'twelve');

/** Paths of the two programs that `makeTwelve` writes. */
export const twelve = { files: join(folder, 'files.js'), bundled: join(folder, 'bundled.cjs') } as const;

/**
 * Writes two programs that create a gateway over all twelve definitions, and print the time in ms since the first `require`. One has
 * thirteen files, as the layer has. The other is bundled into a single file, like functions without the layer.
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
