import { acceptedFor, compare } from './accepted.ts';
import { type Findings, findingsOf } from './report.ts';
import { mutants } from './stryker.ts';
import { fixture, targets } from './targets.ts';
import { add, type Counts } from './workspace.ts';

/** The share, in percent, of noticeable mutants that the tests must notice. */
const WANTED = 85;

/**
 * Changes one operator, condition or block of a target at a time, and counts how many of the changes its tests notice.
 * @param names Names of targets. @default all
 */
export function mutate(names: readonly string[]): Counts {
  const unknown = names.find((name) => !targets[name]);
  if (unknown !== undefined) throw new Error(`There is no target "${unknown}": choose from ${Object.keys(targets).join(', ')}.`);
  if (!isProven()) return { passed: 0, failed: 1 };
  return (names.length > 0 ? names : Object.keys(targets)).map(judge).reduce(add);
}

function judge(name: string): Counts {
  const target = targets[name];
  if (!target) return { passed: 0, failed: 1 };
  console.log(`\n— Mutants of ${name} —`);
  const findings = findingsOf(...mutants(name, target));
  const score = print(name, findings);
  return score >= WANTED ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Prints the survivors and the score, and returns the score in percent. */
function print(name: string, { killed, late, survivors }: Findings): number {
  const accepted = acceptedFor(name);
  const { open, stale } = compare(survivors, accepted);
  for (const { file, line, from, to, isUncovered } of open) console.log(`${file}:${line} ${isUncovered ? '(never run) ' : ''}${from} → ${to}`);
  for (const { file, from, to } of stale) console.log(`No longer survives, so remove it from the accepted mutants: ${file} ${from} → ${to}`);
  const detected = killed + late;
  const score = (100 * detected) / (detected + open.length);
  const counts = `${detected} noticed (${late} of them timed out), ${open.length} not noticed, ${survivors.length - open.length} that may survive`;
  console.log(`${name}: ${score.toFixed(1)} % (${WANTED} % required): ${counts}`);
  return score;
}

/** Runs the tool on a package whose tests have known gaps. It must find exactly these gaps. */
function isProven(): boolean {
  console.log('\n— Mutants of a package with known gaps, to prove the tool —');
  const { open, stale } = compare(findingsOf(...mutants('fixture', fixture)).survivors, acceptedFor('fixture'));
  for (const { file, line, from, to } of open) console.log(`Not noticed, but it should be: ${file}:${line} ${from} → ${to}`);
  for (const { file, from, to } of stale) console.log(`Noticed, but no test can notice it: ${file} ${from} → ${to}`);
  return open.length === 0 && stale.length === 0;
}
