import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, minifiedEntries, type Together } from '@suga/tsup';

/** The file with a package's notices, which the licences of its bundled libraries require. */
const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** Files of the layer by their path in it. */
export type Files = Map<string, Uint8Array>;

/** The folder of the packages in the layer. */
const PLACE = 'nodejs/node_modules/@suga';

/**
 * Differences between the layer and the packages, so that the layer has few files. Rarely loaded parts of a package are merged into one
 * file (`together`). Modules that are only bundled into interfaces or run elsewhere are left out (`without`).
 */
const LAYOUT: Readonly<Record<string, { readonly together?: readonly Together[]; readonly without?: readonly string[] }>> = {
  '@suga/circuit-breaker': { together: [{ name: 'policies', entries: ['shared', 'windows'] }] },
  '@suga/config': { together: [{ name: 'stores', entries: ['aws', 'faults', 'transform'] }] },
  '@suga/debug': { together: [{ name: 'diagnostics', entries: ['health', 'log', 'profile', 'snapshot', 'system', 'tracking', 'verify'] }] },
  // Commands and the page run on a developer's machine, not in Lambda.
  '@suga/ftpms': { without: ['operator', 'page'] },
  '@suga/gateway': {
    // A cold start with a middleware needs `mutations`, and none of the rare parts.
    together: [
      { name: 'middleware', entries: ['mutations', 'scopes'] },
      { name: 'rare', entries: ['error-factories', 'track-stream'] },
    ],
    without: 'aws check deadline environment expiry memory options output run-safely secrets settings single-flight suggest'.split(' '),
  },
  '@suga/lambda': {
    together: [
      { name: 'rare', entries: ['failure', 'json-replacer', 'proxy-result', 'route-key'] },
      { name: 'record-events', entries: ['docdb', 'firehose', 'kafka', 'logs', 'mq', 's3-batch', 'window'] },
      { name: 'routed-events', entries: ['appsync', 'appsync-events', 'bedrock', 'custom-resource', 'rotation'] },
    ],
  },
  '@suga/lmms': { together: [{ name: 'rare', entries: ['advice', 'baked'] }] },
  '@suga/logging': { together: [{ name: 'rare', entries: ['careful', 'child', 'operation'] }] },
  '@suga/security': { together: [{ name: 'rare', entries: ['encryption', 'kms', 'unpack'] }] },
};

/** The fields of a package's manifest that the layer reads. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Returns the layer's files, made from the packages in these folders. */
export async function layerFiles(folders: readonly string[], license: Uint8Array): Promise<Files> {
  const manifests = folders.map(manifestOf);
  const versions = Object.fromEntries(manifests.map(({ name, version }) => [name, version]));
  const notices = folders.map((folder) => join(folder, NOTICES)).filter((file) => existsSync(file));
  const files: Files = new Map([
    [`${PLACE}/LICENSE`, license],
    [`${PLACE}/${NOTICES}`, bytes(notices.map((file) => readFileSync(file, 'utf8')).join('\n'))],
    // One manifest for all packages. Node looks up the nearest one for every file that it loads, and reads this one only once.
    [`${PLACE}/package.json`, bytes(JSON.stringify({ name: '@suga/layer', license: manifests[0]?.license, dependencies: versions }))],
  ]);
  for (const folder of folders) for (const [path, content] of await packageFiles(folder)) files.set(path, content);
  return files;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/**
 * Returns the files of one package in the layer: minified, one self-contained file per entry, without types and maps.
 *
 * The manifest has no `exports` either: the first resolution through them takes more than a millisecond of a cold start. Instead, each
 * subpath is a file with exactly that name. `@suga/gateway/auto` is the file `auto`, which `require` and `import` both load as CommonJS.
 */
async function packageFiles(folder: string): Promise<Files> {
  const { name, exports } = manifestOf(folder);
  const place = `nodejs/node_modules/${name}`;
  const files: Files = new Map();
  // The entries come from the package's own build. The layer only minifies them.
  const { together, without = [] } = LAYOUT[name] ?? {};
  const entries = Object.fromEntries(Object.entries(await entriesOf(folder)).filter(([entry]) => !without.includes(entry)));
  for (const [entry, code] of await minifiedEntries(folder, entries, together)) {
    files.set(`${place}/${`./${entry}` in exports ? entry : `${entry}.js`}`, bytes(code));
  }
  return files;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
