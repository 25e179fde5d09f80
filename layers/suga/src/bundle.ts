import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { minifiedEntries } from '@suga/tsup';

/** What the licences of bundled libraries ask to be kept with them. */
const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** Files of the layer by their path in it. */
export type Files = Map<string, Uint8Array>;

/** What of a package's manifest the layer looks at. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * One package as it stands in the layer: minified, one self-contained file per entry, without types and maps.
 *
 * Without `exports` too: the first resolution through them costs a cold start a millisecond and more. In their place every
 * subpath is a file of just that name: `@suga/gateway/auto` is the file `auto`, which `require` and `import` both take for CommonJS.
 */
export async function packageFiles(folder: string): Promise<Files> {
  const { name, version, license, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const place = `nodejs/node_modules/${name}`;
  const files: Files = new Map([[`${place}/package.json`, bytes(JSON.stringify({ name, version, license }))]]);
  const notices = join(folder, NOTICES);
  if (existsSync(notices)) files.set(`${place}/${NOTICES}`, readFileSync(notices));
  // The entries are those of the package's own build; only the minifying is the layer's.
  const entries = readdirSync(join(folder, 'dist')).flatMap((file) => (file.endsWith('.js') ? [file.slice(0, -3)] : []));
  for (const [entry, code] of await minifiedEntries(folder, entries)) {
    files.set(`${place}/${`./${entry}` in exports ? entry : `${entry}.js`}`, bytes(code));
  }
  return files;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
