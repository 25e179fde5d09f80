import { type Zippable, zipSync } from 'fflate';
import type { Files } from './bundle.ts';

/** The date of every file: the first one that zip can hold. It only has to be the same in every build. */
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE = 0o100644 << 16;

/** Returns a zip that has the same bytes in every build, on any machine: sorted names, one date, one mode, no folders. */
export function zip(files: Files): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = [files.get(name) as Uint8Array, { mtime: EPOCH, os: UNIX, attrs: READABLE, level: 9 }];
  return zipSync(entries);
}
