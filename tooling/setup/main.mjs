// Runs every `npm …` task of this repository: installs what is missing, then runs the task. Needs only Node 20, no dependencies.

import { addCounts, closingLine, noCounts, testCounts } from './counts.mjs';
import { installToolchain, installWorkspace, nodes, run, runQuietly } from './toolchain.mjs';

const [task = 'help', ...rest] = process.argv.slice(2);
function build(node, ...filters) {
  console.log('Building …');
  return runQuietly(node, 'turbo', ['run', 'build', ...filters.map((name) => `--filter=${name}...`)]);
}

const tasks = {
  start: (node) => build(node, '@suga/demo') && run(node, 'node', ['apps/demo/src/start.ts', ...rest]),
  build: (node) => build(node),
  layer: (node) => build(node, '@suga/layer'),
  bench: (node) => build(node) && runOnEach(node, 'apps/bench/src/main.ts'),
  'cold-starts': (node) => hasValgrind(node) && build(node) && runOnEach(node, 'apps/bench/src/budgets.ts'),
  check: (node) => finish(check(node)),
  'test:long': (node) => build(node) && run(node, 'node', ['tooling/long-tests/src/main.ts', ...rest]),
  format: (node) => run(node, 'biome', ['check', '--write']),
  test: () => finish(tests()),
};

/** Runs a program that measures on every Node version. */
function runOnEach(node, program) {
  const versions = nodes().map(({ major, path }) => `${major}=${path}`);
  return run(node, 'node', [program, ...rest], { SUGA_NODES: versions.join(',') });
}

function tests() {
  let counts = noCounts;
  for (const node of nodes()) {
    console.log(`\n— Tests on Node ${node.major} —`);
    const ok = run(node, 'turbo', ['run', 'test', '--continue', '--concurrency=1', '--output-logs=new-only', ...rest]);
    // The reports are read before the next Node runs: turbo may then restore an older report for this Node.
    counts = addCounts(counts, testCounts(node.major, ok));
  }
  return counts;
}

function check(node) {
  const steps = {
    build: () => build(node),
    types: () => run(node, 'turbo', ['run', 'types', '--continue', '--output-logs=errors-only']),
    lint: () => run(node, 'biome', ['ci']),
    unused: () => run(node, 'knip', []),
    structure: () => run(node, 'node', ['tooling/checks/src/main.ts']),
    'cold starts': () => (hasValgrind(node) ? runOnEach(node, 'apps/bench/src/budgets.ts') : undefined),
  };
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, step] of Object.entries(steps)) {
    console.log(`\n— Check: ${name} —`);
    const ok = step();
    const outcome = ok === undefined ? 'skipped' : ok ? 'passed' : 'failed';
    counts[outcome]++;
    console.log(`${name}: ${outcome}`);
  }
  return counts;
}

/** Whether valgrind is installed, which counts the instructions of a cold start. */
function hasValgrind(node) {
  if (runQuietly(node, 'sh', ['-c', 'command -v valgrind'])) return true;
  console.log('Skipped: valgrind is not installed, which counts the instructions (Debian: apt-get install valgrind).');
  return false;
}

function finish(counts) {
  console.log(`\n${closingLine(counts)}`);
  return counts.failed === 0;
}

function main() {
  if (!Object.hasOwn(tasks, task)) {
    console.error(`Unknown task "${task}": choose from ${Object.keys(tasks).join(', ')}.`);
    return false;
  }
  installToolchain();
  const [node] = nodes();
  // `test:long` without arguments runs all long tests, which include the mutation runs.
  installWorkspace(node, task === 'test:long' && (rest.length === 0 || rest[0] === 'mutate'));
  return tasks[task](node);
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
