// Adds up what the packages' test runs left behind, for the one closing line that CI reads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

export const noCounts = { passed: 0, failed: 0, skipped: 0 };

export const addCounts = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/**
 * Reads each package's `test-results/node<major>.json` (written by the vitest preset, restored by turbo on a cache hit).
 * A run that failed without one failing test (a crash, a missing report) counts as one failure.
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
  return ['packages', 'layers', 'apps', 'tooling'].flatMap((floor) =>
    readdirSync(join(root, floor), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, floor, entry.name)),
  );
}
