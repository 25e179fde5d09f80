// Runs `npm run test:long`: all tasks, or one of them, as in `npm run test:long -- mutate gateway`.
import { months } from './months.ts';
import { mutate } from './mutate.ts';
import { properties } from './properties.ts';
import { add, type Counts } from './workspace.ts';

const tasks: Readonly<Record<string, (args: readonly string[]) => Counts>> = { properties, months, mutate };

function main([name, ...args]: readonly string[]): boolean {
  const task = tasks[name ?? ''];
  if (name !== undefined && !task) {
    console.error(`Unknown task "${name}": choose from ${Object.keys(tasks).join(', ')}, or none for all.`);
    return false;
  }
  const chosen = task ? [task] : Object.values(tasks);
  const { passed, failed } = chosen.map((each) => each(args)).reduce(add);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

try {
  process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
