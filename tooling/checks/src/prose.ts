import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, lineAt, type Violation } from './check.ts';
import { trackedFiles } from './workspace.ts';

/** First words that keep the subject of a sentence from its reader. `Whether` (booleans), `How` (durations) and `In-flight` may begin a block. */
const RELATIVE_WORDS = new Set('What Who Whose Which When Where Why Those Of For From Until Under Between With By In Beside Beyond'.split(' '));

/** Words that have a plainer one. Written so that this file does not match itself. */
const RETIRED_WORDS: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  { pattern: /\b(?:any|no|some)body\b|\bwho(?:so)?(?:ever)\b/gi, remedy: 'name who acts: the caller, the function, an invocation' },
  { pattern: /\ba(?:new)\b/gi, remedy: 'write "again"' },
  { pattern: /\bsel(?:dom)\b/gi, remedy: 'write "rarely"' },
  { pattern: /\bat (?:work)\b/gi, remedy: 'write "in flight", "running" or "in use"' },
  { pattern: /\btaken (?:out)\b/gi, remedy: 'write "removed"' },
  { pattern: /\bg(?:ives?|iven|ave) up\b/gi, remedy: 'say what happens: it is cancelled, abandoned, dropped, or it fails' },
  { pattern: /\bunder (?:way)\b/gi, remedy: 'write "in progress"' },
  { pattern: /\btells? (?:apart)\b/gi, remedy: 'write "distinguish"' },
  { pattern: /\b(?:is|are|was|were) (?:told)\b/gi, remedy: 'write "is reported", or say who gets which error or call' },
];

const code = /\.[cm]?ts$/;
const text = /\.(?:[cm]?[jt]s|md|html|ya?ml)$/;

/** JSDoc blocks begin with their subject or a verb, and the words that `readability` retires stay away. */
export const prose: Check = (root) =>
  trackedFiles(root)
    .filter((file) => text.test(file))
    .flatMap((file) => {
      const content = readFileSync(join(root, file), 'utf8');
      return [...(code.test(file) ? blocks(file, content) : []), ...retired(file, content)];
    });

function blocks(file: string, content: string): readonly Violation[] {
  return [...content.matchAll(/\/\*\*[\s*]*([A-Za-z'-]+)/g)].flatMap(({ 1: word = '', index }) =>
    RELATIVE_WORDS.has(word)
      ? [{ file, line: lineAt(content, index), problem: `has a comment that begins with "${word}"`, remedy: 'begin with the subject or a verb' }]
      : [],
  );
}

const retired = (file: string, content: string): readonly Violation[] =>
  RETIRED_WORDS.flatMap(({ pattern, remedy }) =>
    [...content.matchAll(pattern)].map(({ 0: word, index }) => ({ file, line: lineAt(content, index), problem: `says "${word}"`, remedy })),
  );
