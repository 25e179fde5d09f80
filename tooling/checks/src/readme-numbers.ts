import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, lineAt, type Update, type Violation } from './check.ts';
import { workspace } from './workspace.ts';

/** The results of the bench, as they are shown: `{ "call.warm.ns": "15" }`. */
type Results = Readonly<Record<string, string>>;

const results = 'apps/bench/results.json';
const opening = /<!-- bench:(\S+) -->/g;
const marker = /<!-- bench:(\S+) -->([\s\S]*?)<!-- \/bench -->/g;
const remedy = 'run npm run bench, then node tooling/checks/src/main.ts --update';

/** Every marked number in a README is the bench's: `<!-- bench:key -->15<!-- /bench -->` has the text of that key. */
export const readmeNumbers: Check = (root) => {
  const known = resultsIn(root);
  return readmes(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...unclosed(file, text), ...[...text.matchAll(marker)].flatMap((match) => compare({ file, line: lineAt(text, match.index) }, match, known))];
  });
};

/** Writes the bench's texts between the markers. */
export const updateReadmeNumbers: Update = (root) => {
  const known = resultsIn(root);
  return readmes(root).filter((file) => {
    const before = readFileSync(join(root, file), 'utf8');
    const after = before.replace(marker, (whole, key: string) => (known[key] === undefined ? whole : `<!-- bench:${key} -->${known[key]}<!-- /bench -->`));
    if (after !== before) writeFileSync(join(root, file), after);
    return after !== before;
  });
};

function compare(place: Pick<Violation, 'file' | 'line'>, [, key = '', shown]: RegExpExecArray, known: Results): readonly Violation[] {
  if (known[key] === undefined)
    return [{ ...place, problem: `shows "${key}", which ${results} does not have`, remedy: 'measure it in apps/bench, or remove it' }];
  return shown === known[key] ? [] : [{ ...place, problem: `says ${shown}, but the bench says ${known[key]} (${key})`, remedy }];
}

/** Reports a marker whose end is missing or follows the start of another marker: its number would never be compared. */
function unclosed(file: string, text: string): readonly Violation[] {
  return [...text.matchAll(opening)]
    .filter(({ 0: whole, index }) => !/^(?:(?!<!-- bench:)[\s\S])*?<!-- \/bench -->/.test(text.slice(index + whole.length)))
    .map(({ index, 1: key }) => ({
      file,
      line: lineAt(text, index),
      problem: `opens "${key}" and does not close it`,
      remedy: 'add <!-- /bench --> after the number',
    }));
}

function resultsIn(root: string): Results {
  return existsSync(join(root, results)) ? (JSON.parse(readFileSync(join(root, results), 'utf8')) as Results) : {};
}

function readmes(root: string): readonly string[] {
  const folders = workspace(root).flatMap(({ level, folder }) => (level === 'tooling' ? [] : [`${folder}/`]));
  return ['', ...folders].map((folder) => `${folder}README.md`).filter((file) => existsSync(join(root, file)));
}
