import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';

const packages = join(layerFolder, 'nodejs', 'node_modules', '@suga');
const ours = readdirSync(packages).filter((name) => !['LICENSE', 'gateway'].includes(name));

const plain = ours.filter((name) => name !== 'lambda');
const folder = join(handlersFolder, 'twelve');

/** The two programs that `makeTwelve` makes. */
export const twelve = { files: join(folder, 'files.js'), bundled: join(folder, 'bundled.cjs') } as const;

/**
 * Makes two programs that create a gateway over twelve definitions and print how long that took, in ms, from the first `require` on:
 * one with thirteen files, as from the layer, and one bundled into a single file, as functions without the layer are.
 * There are fewer interfaces than twelve yet, so those there are stand in several times, each time as a file of its own.
 */
export async function makeTwelve(): Promise<void> {
  const { files, bundled } = twelve;
  mkdirSync(folder, { recursive: true });
  cpSync(join(packages, 'gateway'), join(folder, 'gateway'), { recursive: true });
  const definitions = Array.from({ length: 12 }, (_, index) => {
    // Each once, then the plain ones again: there is only one interface that makes handlers.
    const name = (index < ours.length ? ours[index] : plain[index % plain.length]) as string;
    cpSync(join(packages, name, 'index.js'), join(folder, `${name}${index}.js`));
    return `${name}${index}: require('./${name}${index}.js').${name}()`;
  });
  writeFileSync(
    files,
    `const started = process.hrtime.bigint();
const gateway = require('./gateway/index.js').createGateway({ ${definitions.join(', ')} });
console.log(JSON.stringify({ took: Number(process.hrtime.bigint() - started) / 1e6, interfaces: Object.keys(Object.getPrototypeOf(gateway)).length }));`,
  );
  writeFileSync(join(folder, 'package.json'), '{}');
  const cores = [...new Set(ours.flatMap((name) => readdirSync(join(packages, name))))].filter((file) => file !== 'index.js').map((file) => `./${file}`);
  await build({ entryPoints: [files], outfile: bundled, bundle: true, minify: true, platform: 'node', format: 'cjs', external: cores, logLevel: 'warning' });
}
