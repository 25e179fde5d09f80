import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Survivor } from './report.ts';

/** A mutant that may survive: its change, anywhere in its file, and the reason why no test can notice it or needs to. */
export interface Accepted {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** Reads the mutants of a target that may survive: `accepted/<name>.json`. */
export function acceptedFor(name: string): readonly Accepted[] {
  const file = join(import.meta.dirname, '..', 'accepted', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Accepted[]) : [];
}

const isSame = (survivor: Survivor, accepted: Accepted): boolean =>
  survivor.file === accepted.file && survivor.from === accepted.from && survivor.to === accepted.to;

/** Returns the survivors without a reason, and the reasons of mutants that no longer survive. */
export function compare(
  survivors: readonly Survivor[],
  accepted: readonly Accepted[],
): { readonly open: readonly Survivor[]; readonly stale: readonly Accepted[] } {
  return {
    open: survivors.filter((survivor) => !accepted.some((each) => isSame(survivor, each))),
    stale: accepted.filter((each) => !survivors.some((survivor) => isSame(survivor, each))),
  };
}
