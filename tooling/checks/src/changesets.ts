import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateConfig } from '@changesets/config';
import { parseChangesetFile } from '@changesets/parse';
import { type Check, lineOf, type Violation } from './check.ts';
import { type Package, published, workspace } from './workspace.ts';

const folder = '.changeset';
const settings = `${folder}/config.json`;

/**
 * Every published package can be released: the changeset settings are valid, and it has a changelog or a pending changeset.
 * A repository without changesets passes.
 */
export const changesets: Check = (root) => {
  if (!existsSync(join(root, settings))) return [];
  const all = workspace(root);
  const text = readFileSync(join(root, settings), 'utf8');
  const { config, errors = [], warnings } = validateConfig(JSON.parse(text), toPackages(root, all));
  const wrong = [...errors, ...warnings].map((problem): Violation => ({ file: settings, problem, remedy: 'correct it' }));
  const pending = readPending(root);
  const unknown = pending.flatMap((each) => strangers(each, all));
  const ignored = (config?.ignore ?? []).filter((name) => published(root).some((each) => each.name === name));
  const hidden = ignored.map((name): Violation => ({ file: settings, problem: `ignores ${name}, which is published`, remedy: 'remove it from "ignore"' }));
  return [...wrong, ...unknown, ...hidden, ...published(root).flatMap((each) => unreleasable(root, each, pending))];
};

interface Pending {
  readonly file: string;
  readonly text: string;
  readonly names: readonly string[];
}

function readPending(root: string): readonly Pending[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return { file: `${folder}/${name}`, text, names: parseChangesetFile(text).releases.map((release) => release.name) };
    });
}

function strangers({ file, text, names }: Pending, all: readonly Package[]): readonly Violation[] {
  return names
    .filter((name) => !all.some((each) => each.name === name))
    .map((name) => ({ file, line: lineOf(text, name) ?? 1, problem: `releases "${name}", which is not a package here`, remedy: 'correct the name' }));
}

function unreleasable(root: string, each: Package, pending: readonly Pending[]): readonly Violation[] {
  if (existsSync(join(root, each.folder, 'CHANGELOG.md')) || pending.some(({ names }) => names.includes(each.name))) return [];
  return [{ file: each.folder, problem: 'has neither a CHANGELOG.md nor a pending changeset', remedy: 'run pnpm changeset' }];
}

function toPackages(root: string, all: readonly Package[]): Parameters<typeof validateConfig>[1] {
  const packages = all.map(({ folder: relativeDir, manifest }) => ({
    dir: join(root, relativeDir),
    relativeDir,
    packageJson: { version: '0.0.0', ...manifest },
  }));
  return { packages, rootDir: root, tool: 'pnpm' } as unknown as Parameters<typeof validateConfig>[1];
}
