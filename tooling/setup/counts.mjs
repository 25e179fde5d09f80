// Adds up the reports of the packages' test runs, for the last line of the output, which CI reads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

export const noCounts = { passed: 0, failed: 0, skipped: 0 };

export const addCounts = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/**
 * Adds up each package's `test-results/node<major>.json`. The vitest preset writes these files, and turbo restores them on a cache hit.
 * A run that failed without a failing test (a crash, a missing report) counts as one failure.
 */
export function testCounts(major, ok) {
  const total = packages()
    .map((folder) => join(folder, 'test-results', `node${major}.json`))
    .filter(existsSync)
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
    .map((report) => ({ passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests }))
    .reduce(addCounts, noCounts);
  return !ok && total.failed === 0 ? { ...total, failed: 1 } : total;
}

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

function packages() {
  return ['packages', 'layers', 'apps', 'tooling'].flatMap((level) =>
    readdirSync(join(root, level), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, level, entry.name)),
  );
}
