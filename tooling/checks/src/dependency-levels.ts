import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, lineOf, type Violation } from './check.ts';
import { type Import, importsOf } from './imports.ts';
import { filesIn, type Package, workspace } from './workspace.ts';

/** Modules of the gateway that an interface may import at run time, because a copy of them does no harm. */
const bundledIn = 'aws check deadline environment errors expiry memory options output run-safely secrets settings single-flight suggest'
  .split(' ')
  .map((entry) => `@suga/gateway/${entry}`);

/**
 * Imports point to a lower level, never up or sideways. This holds for source files and for manifests.
 * The rule applies to `packages/` only: layers and apps are on top and may import everything, and so may tests.
 */
export const dependencyLevels: Check = (root) => {
  const all = workspace(root);
  return all.filter(({ level }) => level === 'packages').flatMap((from) => [...inSources(root, from, all), ...inManifest(root, from, all)]);
};

function inSources(root: string, from: Package, all: readonly Package[]): readonly Violation[] {
  return filesIn(root, `${from.folder}/src`, /\.[cm]?[jt]sx?$/).flatMap((file) =>
    importsOf(readFileSync(join(root, file), 'utf8'), file).flatMap((each) => {
      const remedy = each.specifier.startsWith('.') ? refusePath(file, from, each) : refuse(from, each, all);
      return remedy ? [{ file, line: each.line, problem: `imports "${each.specifier}"`, remedy }] : [];
    }),
  );
}

function inManifest(root: string, from: Package, all: readonly Package[]): readonly Violation[] {
  const file = `${from.folder}/package.json`;
  const text = readFileSync(join(root, file), 'utf8');
  const { dependencies, peerDependencies, optionalDependencies } = from.manifest;
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).flatMap((name) => {
    const remedy = refuse(from, { specifier: name, typeOnly: true }, all);
    return remedy ? [{ file, line: lineOf(text, `"${name}"`) ?? 1, problem: `depends on "${name}"`, remedy }] : [];
  });
}

function refusePath(file: string, from: Package, { specifier }: Import): string | undefined {
  return join(file, '..', specifier).startsWith(`${from.folder}/`) ? undefined : 'stay inside the package; import another package by its name';
}

/** Returns the remedy if a package may not import a module, and `undefined` if it may. */
function refuse(from: Package, { specifier, typeOnly }: Omit<Import, 'line'>, all: readonly Package[]): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
  const target = all.find((each) => each.name === name);
  if (name === from.name || (!target && !name.startsWith('@suga/'))) return undefined;
  if (!target) return 'there is no such package here';
  if (target.level === 'tooling') return 'tooling is for building and testing; name it in devDependencies only';
  if (target.level !== 'packages') return `${target.level}/ is above packages/; move the shared code into packages/`;
  return refuseKind(from, target, { specifier, typeOnly });
}

function refuseKind(from: Package, target: Package, { specifier, typeOnly }: Omit<Import, 'line'>): string | undefined {
  switch (from.kind) {
    case 'gateway':
      return 'the gateway is the lowest level and imports no other package';
    case 'interface':
      if (target.kind !== 'gateway') return 'an interface uses others through the gateway (host.peer) and never imports them, not even a type';
      if (bundledIn.includes(specifier) || (specifier === '@suga/gateway' && typeOnly)) return undefined;
      return `use \`import type … from '@suga/gateway'\`; at run time only ${bundledIn.join(', ')}, which are bundled in`;
    case 'middleware':
      return target.kind === 'gateway' ? undefined : 'middleware works on any operation and imports the gateway only';
    case 'testing':
      return target.kind === 'cli' ? 'packages/cli is above the others; move the shared code into a lower package' : undefined;
    default:
      return undefined;
  }
}
