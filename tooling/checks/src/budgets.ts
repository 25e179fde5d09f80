import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, minifiedEntries } from '@suga/tsup';
import { lineOf, type SlowCheck, type Violation } from './check.ts';
import { type Package, published } from './workspace.ts';

/** The size of an entry and its budget. */
export interface Size {
  readonly package: string;
  readonly entry: string;
  /** Minified size in bytes, without the other entries. */
  readonly bytes: number;
  readonly budget: number | undefined;
}

type Budgets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const file = 'tooling/checks/budgets.json';

/** Every entry has a budget and stays within it. */
export const budgets: SlowCheck = async (root) => {
  const found = await sizes(root);
  return [...found.flatMap((size) => judge(size)), ...stale(root, found)];
};

/** Measures every entry of every published package, bundled as in the package's own build and minified as in the layer. */
export async function sizes(root: string): Promise<readonly Size[]> {
  const limits = budgetsIn(root);
  const all = await Promise.all(published(root).map((each) => measure(root, each)));
  return all.flat().map((size) => ({ ...size, budget: limits[size.package]?.[size.entry] }));
}

/** Formats the sizes as lines of a table. */
export function table(found: readonly Size[]): readonly string[] {
  const rows = found.map((size) => [`${size.package} ${size.entry}`, thousands(size.bytes), size.budget === undefined ? '–' : thousands(size.budget)]);
  const width = Math.max(0, ...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', bytes = '', budget = '']) => `${name.padEnd(width)} ${bytes.padStart(7)} of ${budget.padStart(7)}`);
}

async function measure(root: string, { folder, name }: Package): Promise<readonly Omit<Size, 'budget'>[]> {
  const entries = await minifiedEntries(join(root, folder), await entriesOf(join(root, folder)));
  return Array.from(entries, ([entry, code]) => ({ package: name, entry, bytes: Buffer.byteLength(code) })).sort((a, b) => (a.entry < b.entry ? -1 : 1));
}

function judge({ package: name, entry, bytes, budget }: Size): readonly Violation[] {
  if (budget === undefined) return [{ file, problem: `${name} has no budget for "${entry}" (${bytes} bytes)`, remedy: 'add one to budgets.json' }];
  const remedy = 'move code that is rarely needed to another entry, or raise the budget and give the reason';
  return bytes > budget ? [{ file, problem: `${name} "${entry}" has ${bytes} bytes, ${bytes - budget} more than its budget`, remedy }] : [];
}

function stale(root: string, found: readonly Size[]): readonly Violation[] {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  return Object.entries(budgetsIn(root)).flatMap(([name, entries]) =>
    Object.keys(entries)
      .filter((entry) => !found.some((size) => size.package === name && size.entry === entry))
      .map((entry) => ({ file, line: lineOf(text, `"${name}"`) ?? 1, problem: `${name} has no entry "${entry}"`, remedy: 'remove its budget' })),
  );
}

function budgetsIn(root: string): Budgets {
  return existsSync(join(root, file)) ? (JSON.parse(readFileSync(join(root, file), 'utf8')) as Budgets) : {};
}

const thousands = (bytes: number): string => bytes.toLocaleString('en');
