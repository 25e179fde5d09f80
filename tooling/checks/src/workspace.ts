import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a `package.json` that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export type Level = (typeof levels)[number];

/** The kind of a package. It decides what the package may import. */
export type Kind = 'gateway' | 'interface' | 'middleware' | 'testing' | 'cli' | 'private';

export interface Package {
  readonly name: string;
  readonly level: Level;
  readonly kind: Kind;
  /** Path relative to the root: `packages/cache`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** An entry point of a package: the specifier to import, and its files, relative to the root. */
export interface EntryPoint {
  readonly specifier: string;
  readonly code: string;
  readonly types: string;
}

const levels = ['packages', 'layers', 'apps', 'tooling'] as const;
const middleware = ['lmms', 'ftpms', 'ofb', 'mdoe'];

/** Lists every package of the repository. A folder without a `package.json` is not a package. */
export function workspace(root: string): readonly Package[] {
  return levels.flatMap((level) =>
    namesIn(join(root, level)).flatMap((name) => {
      const folder = `${level}/${name}`;
      const file = join(root, folder, 'package.json');
      if (!existsSync(file)) return [];
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
      return [{ name: manifest.name, level, folder, manifest, kind: level === 'packages' ? kindOf(name) : 'private' }];
    }),
  );
}

/** Lists the packages that users install. */
export const published = (root: string): readonly Package[] => workspace(root).filter(({ level, manifest }) => level === 'packages' && !manifest.private);

/** Lists the entry points of a package. `./package.json` is left out, because it is data. */
export function entryPoints({ folder, name, manifest }: Package): readonly EntryPoint[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ specifier: join(name, path), code: join(folder, target['default'] ?? ''), types: join(folder, target['types'] ?? '') }],
  );
}

/** Lists the files under a folder whose path matches `ends`, sorted, relative to the root. Empty if the folder does not exist. */
export function filesIn(root: string, folder: string, ends: RegExp = /(?:)/): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length))
    .filter((file) => ends.test(file))
    .sort();
}

function kindOf(name: string): Kind {
  if (name === 'gateway' || name === 'testing' || name === 'cli') return name;
  return middleware.includes(name) ? 'middleware' : 'interface';
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Lists all files of the repository, also those not yet committed, relative to the root. The lockfile is left out, because it is generated. */
export function trackedFiles(root: string): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return [...new Set(listed.split('\0'))].filter((file) => file && file !== 'pnpm-lock.yaml' && existsSync(join(root, file)));
}
