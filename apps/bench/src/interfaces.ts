import { statSync } from 'node:fs';
import { join } from 'node:path';
import { control, gateway } from '@suga/gateway/auto';
import { type BuildOptions, build } from 'esbuild';
import { handlersFolder } from './handlers.ts';

/** An interface, and whether it is compared with a library. */
interface Compared {
  /** Its name in the gateway. */
  readonly name: string;
  /** Whether there is a similar library. `peers` has the imports of a function that uses it. */
  readonly peer: boolean;
}

export const interfaces: readonly Compared[] = control(gateway)
  .names()
  .map((name) => ({ name, peer: !['initialization', 'debug', 'store'].includes(name) }));

const folder = join(handlersFolder, 'peers');

/** Returns the name of an interface's package. */
export const packageOf = (name: string): string => name.replace(/[A-Z]/g, '-$&').toLowerCase();

/** Path of a library's bundle. The SDK stays outside, because Lambda's runtime has it. */
export const peerFile = (name: string): string => join(folder, `${name}.cjs`);

/** Bundles every library. */
export async function makePeers(): Promise<void> {
  await Promise.all(interfaces.map(({ name, peer }) => peer && bundle(name)));
}

/** The build options of users' bundles, as in the CDK's NodejsFunction. */
const options = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: ['@aws-sdk/*'],
  logLevel: 'error',
} as const satisfies BuildOptions;

async function bundle(name: string): Promise<void> {
  await build({ ...options, entryPoints: [join(import.meta.dirname, 'peers', `${packageOf(name)}.ts`)], outfile: peerFile(name) });
}

/** Size in KB of a bundled program that makes a gateway over these interfaces. */
async function bundledSize(...names: readonly string[]): Promise<number> {
  const imports = names.map((name) => `import { ${name} } from '@suga/${packageOf(name)}';`);
  const contents = `${imports.join('')}import { createGateway } from '@suga/gateway';module.exports = createGateway({ ${names.map((name) => `${name}: ${name}()`)} });`;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: import.meta.dirname }, write: false });
  return (outputFiles[0]?.contents.length ?? Number.NaN) / 1024;
}

/** Size of the gateway in a bundle, in KB. */
export const gatewaySize = (): Promise<number> => bundledSize();

/** Growth of a bundle by an interface, beside the gateway, in KB. It includes the parts that the interface loads later. */
export const sizeOf = async (name: string): Promise<number> => (await bundledSize(name)) - (await bundledSize());

/** Size of a library's bundle, in KB. */
export const peerSizeOf = (name: string): number => statSync(peerFile(name)).size / 1024;
