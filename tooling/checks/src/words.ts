import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, lineAt, type Violation } from './check.ts';
import { trackedFiles } from './workspace.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly remedy: string;
  /** The files that the rule applies to. @default all */
  readonly files?: RegExp;
}

// Written so that this file does not match itself.
const rules: readonly Rule[] = [
  {
    pattern: /(?<![\w.~*)}-])\/(?:(?:work|root)\/|home\/(?!sbx_user)\w|Users\/\w|tmp\/bash)/g,
    problem: 'has an absolute path of one machine',
    remedy: 'find it relative to the file, or use os.tmpdir()',
  },
  {
    pattern: /https?:\/\/[^\s"'`/]*(?:registry|artifactory|nexus|verdaccio)[^\s"'`/]*|"resolved":\s*"https?:|^(?:@[\w-]+:)?registry\s*=|_auth(?:Token)?\s*=/gim,
    problem: 'names a registry',
    remedy: 'remove it: the registry is a setting of each machine',
  },
  { pattern: /\b(?:TO(?:DO)|FIX(?:ME))\b/g, problem: 'leaves work for later', remedy: 'do it, or open an issue' },
  {
    pattern: /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:only)\(/g,
    problem: 'runs one test only',
    remedy: 'remove .only',
    files: /\.[cm]?[jt]sx?$/,
  },
  {
    pattern: /(?<!\/\/[^\n]*\n[ \t]*)\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:skip)\((?![^\n]*\/\/)/g,
    problem: 'skips a test',
    remedy: 'say why in a comment on the line before, or better skipIf',
    files: /\.[cm]?[jt]sx?$/,
  },
];

const generated = /(?:^|\/)(?:dist|test-results|coverage|node_modules|\.turbo)\/|\.(?:tgz|tsbuildinfo|log)$/;

/** The files of the repository depend on no single machine, and none is generated. Files that are not yet committed count, too. */
export const words: Check = (root) =>
  trackedFiles(root).flatMap((file) => {
    if (generated.test(file)) return [{ file, problem: 'is generated', remedy: 'git rm --cached it; .gitignore should know it' }];
    const text = readFileSync(join(root, file), 'utf8');
    return text.includes('\0') ? [] : rules.flatMap((rule) => broken(rule, file, text));
  });

function broken({ pattern, problem, remedy, files: only = /(?:)/ }: Rule, file: string, text: string): readonly Violation[] {
  if (!only.test(file)) return [];
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ file, line: lineAt(text, index), problem: `${problem} ("${found.trim()}")`, remedy }));
}
