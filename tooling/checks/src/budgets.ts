import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, minifiedEntries } from '@suga/tsup';
import { lineOf, type SlowCheck, type Violation } from './check.ts';
import { type Package, published } from './workspace.ts';

/** An entry's size beside what it may have. */
export interface Size {
  readonly package: string;
  readonly entry: string;
  /** Minified, other entries not included. */
  readonly bytes: number;
  readonly budget: number | undefined;
}

type Budgets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const file = 'tooling/checks/budgets.json';

/** No entry grows beyond its budget, and none is without one. */
export const budgets: SlowCheck = async (root) => {
  const found = await sizes(root);
  return [...found.flatMap((size) => judge(size)), ...stale(root, found)];
};

/** The size of every entry of every published package, bundled as the package itself is built and minified as the layer is. */
export async function sizes(root: string): Promise<readonly Size[]> {
  const limits = budgetsIn(root);
  const all = await Promise.all(published(root).map((each) => measure(root, each)));
  return all.flat().map((size) => ({ ...size, budget: limits[size.package]?.[size.entry] }));
}

/** The sizes as lines of a table. */
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
  if (budget === undefined) return [{ file, problem: `${name} has no budget for "${entry}" (${bytes} bytes)`, remedy: 'decide on one' }];
  const remedy = 'load what is seldom needed from another entry, or raise the budget and say why';
  return bytes > budget ? [{ file, problem: `${name} "${entry}" has ${bytes} bytes, ${bytes - budget} more than its budget`, remedy }] : [];
}

function stale(root: string, found: readonly Size[]): readonly Violation[] {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  return Object.entries(budgetsIn(root)).flatMap(([name, entries]) =>
    Object.keys(entries)
      .filter((entry) => !found.some((size) => size.package === name && size.entry === entry))
      .map((entry) => ({ file, line: lineOf(text, `"${name}"`) ?? 1, problem: `${name} has no entry "${entry}"`, remedy: 'take its budget out' })),
  );
}

function budgetsIn(root: string): Budgets {
  return existsSync(join(root, file)) ? (JSON.parse(readFileSync(join(root, file), 'utf8')) as Budgets) : {};
}

const thousands = (bytes: number): string => bytes.toLocaleString('en');
