// Runs all checks over the repository, or the named ones. `--update` rewrites derived files first.
import { join } from 'node:path';
import { budgets, sizes, table } from './budgets.ts';
import { built } from './built.ts';
import { changesets } from './changesets.ts';
import { type Check, type SlowCheck, toLine, type Update, type Violation } from './check.ts';
import { dependencyLevels } from './dependency-levels.ts';
import { exported, updateExported } from './exports.ts';
import { fileNames } from './file-names.ts';
import { layer } from './layer.ts';
import { manifests } from './manifests.ts';
import { prose } from './prose.ts';
import { published } from './published.ts';
import { readmeNumbers, updateReadmeNumbers } from './readme-numbers.ts';
import { undefinedOptions } from './undefined-options.ts';
import { words } from './words.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const checks: Readonly<Record<string, Check | SlowCheck>> = {
  'dependency levels': dependencyLevels,
  manifests,
  built,
  layer,
  exports: exported,
  'undefined options': undefinedOptions,
  budgets,
  'readme numbers': readmeNumbers,
  published,
  words,
  prose,
  'file names': fileNames,
  changesets,
};
const updates: readonly Update[] = [updateExported, updateReadmeNumbers];

async function main(update: boolean, names: readonly string[]): Promise<boolean> {
  if (update) for (const each of updates) for (const file of each(root)) console.log(`updated ${file}`);
  const chosen = Object.entries(checks).filter(([name]) => names.length === 0 || names.includes(name));
  let ok = chosen.length > 0;
  for (const [name, check] of chosen) {
    const violations = await run(check);
    console.log(`${violations.length === 0 ? 'ok' : 'FAILED'} ${name}`);
    for (const each of violations) console.log(`  ${toLine(each)}`);
    if (check === budgets) for (const line of table(await sizes(root))) console.log(`  ${line}`);
    ok &&= violations.length === 0;
  }
  return ok;
}

/** Runs a check. If the check itself throws, that is reported like a violation, and the other checks still run. */
async function run(check: Check | SlowCheck): Promise<readonly Violation[]> {
  try {
    return await check(root);
  } catch (error) {
    return [{ file: '.', problem: 'the check itself failed', remedy: error instanceof Error ? error.message : String(error) }];
  }
}

const args = process.argv.slice(2);
process.exitCode = (await main(
  args.includes('--update'),
  args.filter((arg) => !arg.startsWith('--')),
))
  ? 0
  : 1;
