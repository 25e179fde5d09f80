import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { control, gateway } from '@suga/gateway/auto';
import { layerFolder } from '@suga/layer';
import { build } from 'esbuild';
import { handlersFolder } from './handlers.ts';

/** An interface beside the library that functions use for the same. */
interface Compared {
  /** As the gateway knows it. */
  readonly name: string;
  /** Whether there is one like it: what a function imports of it is in `peers`. */
  readonly peer: boolean;
}

export const interfaces: readonly Compared[] = control(gateway)
  .names()
  .map((name) => ({ name, peer: !['initialization', 'debug', 'store'].includes(name) }));

const folder = join(handlersFolder, 'peers');

/** An interface's package. */
export const packageOf = (name: string): string => name.replace(/[A-Z]/g, '-$&').toLowerCase();

/** The library bundled and minified into one file, as the CDK's NodejsFunction does; the SDK stays outside, the runtime has it. */
export const peerFile = (name: string): string => join(folder, `${name}.cjs`);

/** Bundles every library. */
export async function makePeers(): Promise<void> {
  await Promise.all(interfaces.map(({ name, peer }) => peer && bundle(name)));
}

async function bundle(name: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'peers', `${packageOf(name)}.ts`)],
    outfile: peerFile(name),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    logLevel: 'error',
  });
}

/** What is loaded at the first call, in KB: an interface's definition and core as they stand in the layer. */
export function sizeOf(name: string): number {
  const place = join(layerFolder, 'nodejs', 'node_modules', '@suga', packageOf(name));
  const files = readdirSync(place).filter((file) => ['index.js', 'core.js'].includes(file));
  return files.reduce((sum, file) => sum + statSync(join(place, file)).size, 0) / 1024;
}

/** A library's bundle, in KB. */
export const peerSizeOf = (name: string): number => statSync(peerFile(name)).size / 1024;
