import { type Zippable, zipSync } from 'fflate';
import type { Files } from './bundle.ts';

/** Any date would do, as long as it is always the same: the first one that zip can hold. */
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE = 0o100644 << 16;

/** A zip that is the same to the byte whenever and wherever it is made: sorted names, one date, one mode, no folders. */
export function zip(files: Files): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = [files.get(name) as Uint8Array, { mtime: EPOCH, os: UNIX, attrs: READABLE, level: 9 }];
  return zipSync(entries);
}
