import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, minifiedEntries, type Together } from '@suga/tsup';

/** What the licences of bundled libraries ask to be kept with them, by package. */
const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** Files of the layer by their path in it. */
export type Files = Map<string, Uint8Array>;

/** Where the packages are. */
const PLACE = 'nodejs/node_modules/@suga';

/**
 * What the layer does otherwise than the packages, to have few files: seldom loaded parts of a package in one file, and nothing that is
 * only there to be bundled into interfaces, or to be run elsewhere.
 */
const LAYOUT: Readonly<Record<string, { readonly together?: readonly Together[]; readonly without?: readonly string[] }>> = {
  '@suga/circuit-breaker': { together: [{ name: 'policies', entries: ['shared', 'windows'] }] },
  '@suga/config': { together: [{ name: 'stores', entries: ['aws', 'faults', 'transform'] }] },
  '@suga/debug': { together: [{ name: 'diagnostics', entries: ['health', 'log', 'profile', 'snapshot', 'system', 'tracking', 'verify'] }] },
  // Commands and the page are for people's machines.
  '@suga/ftpms': { without: ['operator', 'page'] },
  '@suga/gateway': {
    together: [{ name: 'seldom', entries: ['error-factories', 'mutations', 'track-stream'] }],
    without: 'aws check deadline environment expiry memory options output run-safely secrets settings single-flight suggest'.split(' '),
  },
  '@suga/lambda': {
    together: [
      { name: 'seldom', entries: ['failure', 'json-replacer', 'proxy-result', 'route-key'] },
      { name: 'record-events', entries: ['docdb', 'firehose', 'kafka', 'logs', 'mq', 's3-batch', 'window'] },
      { name: 'routed-events', entries: ['appsync', 'appsync-events', 'bedrock', 'custom-resource', 'rotation'] },
    ],
  },
  '@suga/lmms': { together: [{ name: 'seldom', entries: ['advice', 'baked'] }] },
  '@suga/logging': { together: [{ name: 'seldom', entries: ['careful', 'child', 'operation'] }] },
  '@suga/security': { together: [{ name: 'seldom', entries: ['encryption', 'kms', 'unpack'] }] },
};

/** What of a package's manifest the layer looks at. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The layer's files, of the packages in these folders. */
export async function layerFiles(folders: readonly string[], license: Uint8Array): Promise<Files> {
  const manifests = folders.map(manifestOf);
  const versions = Object.fromEntries(manifests.map(({ name, version }) => [name, version]));
  const notices = folders.map((folder) => join(folder, NOTICES)).filter((file) => existsSync(file));
  const files: Files = new Map([
    [`${PLACE}/LICENSE`, license],
    [`${PLACE}/${NOTICES}`, bytes(notices.map((file) => readFileSync(file, 'utf8')).join('\n'))],
    // One for all: Node reads the nearest one for every file that it loads, and this one only once.
    [`${PLACE}/package.json`, bytes(JSON.stringify({ name: '@suga/layer', license: manifests[0]?.license, dependencies: versions }))],
  ]);
  for (const folder of folders) for (const [path, content] of await packageFiles(folder)) files.set(path, content);
  return files;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/**
 * One package as it stands in the layer: minified, one self-contained file per entry, without types and maps.
 *
 * Without `exports` too: the first resolution through them costs a cold start a millisecond and more. In their place every
 * subpath is a file of just that name: `@suga/gateway/auto` is the file `auto`, which `require` and `import` both take for CommonJS.
 */
async function packageFiles(folder: string): Promise<Files> {
  const { name, exports } = manifestOf(folder);
  const place = `nodejs/node_modules/${name}`;
  const files: Files = new Map();
  // The entries are those of the package's own build; only the minifying is the layer's.
  const { together, without = [] } = LAYOUT[name] ?? {};
  const entries = Object.fromEntries(Object.entries(await entriesOf(folder)).filter(([entry]) => !without.includes(entry)));
  for (const [entry, code] of await minifiedEntries(folder, entries, together)) {
    files.set(`${place}/${`./${entry}` in exports ? entry : `${entry}.js`}`, bytes(code));
  }
  return files;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
