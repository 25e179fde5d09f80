// Replaces fast-check in every test (see `properties` in index.ts): the same library, with the same settings for all properties.
import * as library from 'fast-check';
import { expect } from 'vitest';
import { propertySettings } from './property-settings.ts';

export * from 'fast-check';

/** fast-check's `assert` with the settings of the environment. The message of a failure has the command that repeats it. */
export const assert = ((property: library.IRawProperty<unknown>, parameters: library.Parameters<unknown> = {}): unknown =>
  library.assert(property, { ...parameters, ...propertySettings(process.env, parameters.numRuns), reporter: report })) as typeof library.assert;

export default { ...library, assert };

function report(run: library.RunDetails<unknown>): void {
  if (!run.failed) return;
  const { currentTestName = '', testPath = '' } = expect.getState();
  const test = `vitest run ${testPath.slice(testPath.lastIndexOf('/test/') + 1)} -t ${JSON.stringify(currentTestName.split(' > ').join(' '))}`;
  const again = `To repeat it: SUGA_PROPERTY_SEED=${run.seed} SUGA_PROPERTY_PATH=${run.counterexamplePath} ${test}`;
  throw new Error(`${library.defaultReportMessage(run)}\n\n${again}`, { cause: run.errorInstance });
}
