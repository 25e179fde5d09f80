import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, lineOf, type Violation } from './check.ts';
import { type Manifest, published } from './workspace.ts';

/** Packages that may be installed with ours: types that our types mention. Code is bundled in instead. */
const known = ['@types/aws-lambda'];

/** Manifest fields that are installed with the package. */
const installed = ['dependencies', 'peerDependencies', 'optionalDependencies'] as const;

interface Fault {
  /** The key to find in the file. */
  readonly at: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The `package.json` of a published package has everything that registries, bundlers and Node need. Plain `npm pack` publishes it unchanged. */
export const manifests: Check = (root) =>
  published(root).flatMap(({ folder, manifest }) => {
    const file = `${folder}/package.json`;
    const text = readFileSync(join(root, file), 'utf8');
    return [...fields(manifest), ...exportsMap(manifest), ...typesVersions(manifest), ...dependencies(manifest)].map(
      ({ at, problem, remedy }): Violation => ({ file, line: lineOf(text, `"${at}"`) ?? 1, problem, remedy }),
    );
  });

function fields(manifest: Manifest): readonly Fault[] {
  const engines = manifest['engines'] as { readonly node?: string } | undefined;
  const faults: readonly (Fault & { readonly ok: unknown })[] = [
    { at: 'type', ok: manifest['type'] !== 'module', problem: 'is an ES-module package', remedy: 'remove "type": the built files are CommonJS' },
    { at: 'sideEffects', ok: manifest['sideEffects'] === false, problem: 'does not say that importing it does nothing', remedy: 'add "sideEffects": false' },
    { at: 'engines', ok: engines?.node, problem: 'does not say which Node it needs', remedy: 'add "engines": { "node": … }' },
    { at: 'files', ok: Array.isArray(manifest['files']), problem: 'does not say what it publishes', remedy: 'add "files": ["dist"]' },
    ...['license', 'description', 'version'].map((at) => ({ at, ok: manifest[at], problem: `has no ${at}`, remedy: `add "${at}"` })),
  ];
  return faults.filter(({ ok }) => !ok);
}

function exportsMap({ exports }: Manifest): readonly Fault[] {
  if (!exports) return [{ at: 'name', problem: 'has no exports', remedy: 'add "exports": { ".": { "types": …, "default": … } }' }];
  const faults: Fault[] = [];
  if (exports['./package.json'] !== './package.json') {
    faults.push({ at: 'exports', problem: 'does not export its package.json', remedy: 'add "./package.json": "./package.json" to exports' });
  }
  for (const [path, target] of Object.entries(exports)) {
    if (path !== './package.json' && (typeof target === 'string' || Object.keys(target).join() !== 'types,default')) {
      faults.push({ at: path, problem: `exports "${path}" in another form than all others`, remedy: 'make it { "types": …, "default": … }, types first' });
    }
  }
  return faults;
}

/** TypeScript's `moduleResolution: node` does not support `exports`. It finds the types of a subpath through `typesVersions`. */
function typesVersions({ exports = {}, typesVersions: given = {} }: Manifest): readonly Fault[] {
  const subpaths = Object.entries(exports).flatMap(([path, target]) =>
    path !== '.' && typeof target === 'object' ? [[path.slice('./'.length), [target['types']]] as const] : [],
  );
  const expected = subpaths.length > 0 ? { '*': Object.fromEntries(subpaths) } : {};
  if (JSON.stringify(given) === JSON.stringify(expected)) return [];
  return [{ at: 'typesVersions', problem: 'has different subpaths in typesVersions and exports', remedy: `make it ${JSON.stringify(expected)}` }];
}

function dependencies(manifest: Manifest): readonly Fault[] {
  return installed.flatMap((field) =>
    Object.entries(manifest[field] ?? {}).flatMap(([name, version]): readonly Fault[] => {
      const problem = `has "${name}": "${version}" in ${field}`;
      if (/^(?:workspace|catalog|link|file):/.test(version))
        return [{ at: name, problem, remedy: 'write the version itself: npm does not support this protocol' }];
      if (name.startsWith('@suga/')) return [];
      if (!known.includes(name))
        return [{ at: name, problem, remedy: 'bundle it in (devDependencies), or add it to `known` in tooling/checks/src/manifests.ts' }];
      return /^\d+\.\d+\.\d+$/.test(version) ? [] : [{ at: name, problem, remedy: 'pin one exact version' }];
    }),
  );
}
