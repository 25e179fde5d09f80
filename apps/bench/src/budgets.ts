// Counts the instructions of each handler's cold start, and fails if a count is above its budget, or if a cold start loads other built-in
// modules of Node than recorded. `--update` records what is measured now.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtInsOf } from './built-ins.ts';
import { described, type HandlerName, handlers } from './handlers.ts';
import { countColdStart, type Instructions } from './instructions.ts';
import { type Runtime, runtimes } from './node.ts';
import { keyOn } from './report.ts';

/** The record of one handler. */
interface Budget {
  /** Millions of instructions: of the bare handler, or what another handler adds to it. */
  readonly instructions: number;
  /** Built-in modules that this handler loads, and the bare handler does not. */
  readonly builtIns: readonly string[];
}

/** Budgets by the major version of Node. */
type Budgets = Readonly<Record<string, Readonly<Record<HandlerName, Budget>>>>;

const [FILE, RESULTS] = ['cold-starts.json', 'results.json'].map((name) => join(import.meta.dirname, '..', name)) as [string, string];
/** A count may be 3 % above its budget, and 2 M: what a handler adds is the difference of two counts, and differs by up to 1 M from run to run. */
const [TOLERANCE, NOISE] = [1.03, 2];

const { values } = parseArgs({ options: { update: { type: 'boolean' } } });

async function measure(node: Runtime): Promise<Record<HandlerName, Budget>> {
  console.log(`\nNode ${node.major}: millions of instructions of a cold start and two calls; beyond the first row, more than the bare handler`);
  let bare: Instructions | undefined;
  const known = new Set(await builtInsOf(node, 'bare'));
  const entries: [HandlerName, Budget][] = [];
  for (const name of handlers) {
    const count = await countColdStart(node, name);
    const added = bare ? minus(count, bare) : count;
    bare ??= count;
    const builtIns = (await builtInsOf(node, name)).filter((module) => !known.has(module));
    const groups = Object.entries(added).map(([group, millions]) => `${group} ${millions.toFixed(1)}`);
    console.log(`${(name === 'bare' ? 'a bare handler' : described[name]).padEnd(52)} ${groups.join(', ')}`);
    entries.push([name, { instructions: Math.round(added.total * 10) / 10, builtIns }]);
  }
  return Object.fromEntries(entries) as Record<HandlerName, Budget>;
}

const minus = (count: Instructions, base: Instructions): Instructions =>
  Object.fromEntries(Object.entries(count).map(([group, value]) => [group, value - base[group as keyof Instructions]])) as unknown as Instructions;

/** Returns what is wrong, one line each. */
function compare(major: string, measured: Readonly<Record<HandlerName, Budget>>, budgets: Partial<Record<HandlerName, Budget>>): string[] {
  return handlers.flatMap((name) => {
    const [now, budget] = [measured[name], budgets[name]];
    if (!budget) return `Node ${major}, ${name}: nothing is recorded`;
    const wrong: string[] = [];
    const most = budget.instructions * TOLERANCE + NOISE;
    if (now.instructions > most)
      wrong.push(`Node ${major}, ${name}: ${now.instructions} M instructions, above the budget of ${budget.instructions} M by more than 3 % and ${NOISE} M`);
    const more = now.builtIns.filter((module) => !budget.builtIns.includes(module));
    const less = budget.builtIns.filter((module) => !now.builtIns.includes(module));
    if (more.length > 0) wrong.push(`Node ${major}, ${name}: a cold start now loads Node's ${more.join(', ')}`);
    if (less.length > 0) wrong.push(`Node ${major}, ${name}: a cold start no longer loads Node's ${less.join(', ')}`);
    return wrong;
  });
}

/** Returns the results for the READMEs, in whole millions. */
function resultsOf(budgets: Budgets): Record<string, string> {
  const rows = Object.entries(budgets).flatMap(([major, of]) => handlers.map((name) => [keyOn(major, `cold.count.${name}`), of[name].instructions.toFixed(0)]));
  return Object.fromEntries(rows) as Record<string, string>;
}

const write = (file: string, value: object): void => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Budgets;
const measured: Record<string, Record<HandlerName, Budget>> = {};
for (const node of runtimes()) measured[node.major] = await measure(node);
const wrong = Object.entries(measured).flatMap(([major, of]) => compare(major, of, recorded[major] ?? {}));
if (values.update) {
  write(FILE, { ...recorded, ...measured });
  write(RESULTS, { ...JSON.parse(readFileSync(RESULTS, 'utf8')), ...resultsOf(measured) });
} else if (wrong.length > 0) {
  console.error(`\n${wrong.join('\n')}\nIf this is intended, record it with: npm run cold-starts -- --update. The commit says why.`);
  process.exitCode = 1;
}
