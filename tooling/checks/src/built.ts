import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Check, lineAt, type Violation } from './check.ts';
import { importsOf } from './imports.ts';
import { filesIn, published } from './workspace.ts';

/** Every built file of a published package requires only files in its own folder, and defines the helpers of esbuild's that it uses. */
export const built: Check = (root) =>
  published(root).flatMap(({ folder, kind, manifest }) => {
    const files = filesIn(root, `${folder}/dist`, /\.[cm]?js$/);
    if (files.length === 0) return [{ file: folder, problem: 'is not built', remedy: 'run npm run build' }];
    // A package that tests a user's interfaces runs in the user's gateway, so it may load its peers.
    const peers = kind === 'testing' ? Object.keys(manifest.peerDependencies ?? {}) : [];
    return files.flatMap((file) => [...outside(root, file, peers), ...undefinedHelpers(root, file)]);
  });

/** Reports each module that a built file loads and that is neither in its folder nor a peer, because every file must be self-contained. */
export function outside(root: string, file: string, peers: readonly string[] = []): readonly Violation[] {
  return importsOf(readFileSync(join(root, file), 'utf8'), file).flatMap(({ specifier, line, typeOnly }) => {
    if (typeOnly || peers.includes(specifier) || (/^\.\/[\w-]+\.js$/.test(specifier) && existsSync(join(root, dirname(file), specifier)))) return [];
    return [{ file, line, problem: `requires "${specifier}"`, remedy: remedyFor(specifier) }];
  });
}

/** Reports each helper of esbuild's that a file uses and does not define. `plain-exports` removes those that it takes for unused. */
function undefinedHelpers(root: string, file: string): readonly Violation[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/\b(__(?:export|toESM|commonJS|copyProps))\(/g)].flatMap(({ 1: name = '', index }) =>
    text.includes(`var ${name} = `)
      ? []
      : [
          {
            file,
            line: lineAt(text, index),
            problem: `uses "${name}" without defining it`,
            remedy: 'let tooling/tsup/src/plain-exports.ts keep the helpers of this file',
          },
        ],
  );
}

function remedyFor(specifier: string): string {
  if (specifier.startsWith('.')) return 'make it an entry of the package, so that it is built beside this file';
  // A `require` of a built-in throws if a user's bundler converts our file to an ES module.
  return 'get built-ins from process.getBuiltinModule, and bundle everything else in';
}
