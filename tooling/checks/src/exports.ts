import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import type { Check, Update, Violation } from './check.ts';
import { entryPoints, published } from './workspace.ts';

/** The names that can be imported from one entry point. */
export interface Names {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const snapshot = 'tooling/checks/exports.json';

/** The public API, as names, equals `exports.json`. It cannot grow or shrink by accident, because that file is reviewed with the change. */
export const exported: Check = (root) => {
  const before = existsSync(join(root, snapshot)) ? (JSON.parse(readFileSync(join(root, snapshot), 'utf8')) as Record<string, Names>) : {};
  const now = exportedNames(root);
  const specifiers = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return specifiers.flatMap((specifier) => differences(specifier, before[specifier], now[specifier]));
};

/** Writes the current API to `exports.json`. */
export const updateExported: Update = (root) => {
  const text = `${JSON.stringify(exportedNames(root), null, 2)}\n`;
  if (existsSync(join(root, snapshot)) && readFileSync(join(root, snapshot), 'utf8') === text) return [];
  writeFileSync(join(root, snapshot), text);
  return [snapshot];
};

/**
 * Returns the names of every entry point of every published package, as built: values as Node sees them, and types from the `.d.ts`.
 * @throws if an entry point is not built or cannot be loaded
 */
export function exportedNames(root: string): Readonly<Record<string, Names>> {
  const entries = published(root).flatMap((each) => entryPoints(each));
  const declared = declaredNames(entries.map(({ types }) => join(root, types)));
  return Object.fromEntries(
    entries.map(({ specifier, code, types }) => {
      const values = valuesOf(join(root, code));
      return [specifier, { values, types: (declared.get(join(root, types)) ?? []).filter((name) => !values.includes(name)) }];
    }),
  );
}

function valuesOf(file: string): readonly string[] {
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build.`);
  return Object.keys(createRequire(file)(file) as object).sort();
}

function declaredNames(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  // Only names are needed, and loading the lib would take most of the time.
  const program = ts.createProgram(files, { noLib: true, types: [], module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler });
  const checker = program.getTypeChecker();
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      const symbol = source && checker.getSymbolAtLocation(source);
      return [
        file,
        symbol
          ? checker
              .getExportsOfModule(symbol)
              .map(({ name }) => name)
              .sort()
          : [],
      ];
    }),
  );
}

function differences(specifier: string, before: Names | undefined, now: Names | undefined): readonly Violation[] {
  const of = (names: Names | undefined): readonly string[] => [...(names?.values ?? []), ...(names?.types.map((name) => `type ${name}`) ?? [])];
  const came = of(now).filter((name) => !of(before).includes(name));
  const went = of(before).filter((name) => !of(now).includes(name));
  if (before && now && came.length === 0 && went.length === 0) return [];
  const both = [came.length > 0 ? `now has ${came.join(', ')}` : '', went.length > 0 ? `no longer has ${went.join(', ')}` : ''];
  const problem = both.filter(Boolean).join(' and ') || (now ? 'is new' : 'is gone');
  return [{ file: snapshot, problem: `${specifier} ${problem}`, remedy: 'if this is intended, run node tooling/checks/src/main.ts --update' }];
}
