import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check, Violation } from './check.ts';
import { importsOf } from './imports.ts';
import { filesIn, published } from './workspace.ts';

/** What is built of a published package requires nothing but the files beside it. */
export const built: Check = (root) =>
  published(root).flatMap(({ folder, kind, manifest }) => {
    const files = filesIn(root, `${folder}/dist`, /\.[cm]?js$/);
    if (files.length === 0) return [{ file: folder, problem: 'is not built', remedy: 'run npm run build' }];
    // What tests a user's interfaces does so in the user's gateway.
    const peers = kind === 'testing' ? Object.keys(manifest.peerDependencies ?? {}) : [];
    return files.flatMap((file) => outside(root, file, peers));
  });

/** What a built file loads that neither stands beside it nor is a peer: every file must be self-contained. */
export function outside(root: string, file: string, peers: readonly string[] = []): readonly Violation[] {
  return importsOf(readFileSync(join(root, file), 'utf8'), file).flatMap(({ specifier, line, typeOnly }) => {
    if (typeOnly || peers.includes(specifier) || (/^\.\/[\w-]+\.js$/.test(specifier) && existsSync(join(root, dirname(file), specifier)))) return [];
    return [{ file, line, problem: `requires "${specifier}"`, remedy: remedyFor(specifier) }];
  });
}

function remedyFor(specifier: string): string {
  if (specifier.startsWith('.')) return 'make it an entry of the package, so that it is built beside this file';
  // A `require` of a built-in throws in an ES module that a user's bundler made of us.
  return 'take built-ins from process.getBuiltinModule, and have everything else bundled in';
}
