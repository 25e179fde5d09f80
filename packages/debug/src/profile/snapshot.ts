import { invalidParam, SugaError } from '@suga/gateway/errors';
import { processMemory } from '@suga/gateway/memory';
import type { DebugErrorCode, SnapshotOptions } from '../contract.js';
import { diskSpace } from '../disk-space.js';
import type { HeapSnapshot } from '../report-contract.js';
import { parseOptions } from '../validation.js';

/** The file's size, in heaps: 1.1 for long texts, 2.03 for small objects, measured. */
const ON_DISK = 2.5;
/** What V8 takes to make it, in heaps: 1.1 for long texts, 11 to 12 for ordinary data, 21 for small objects alone, measured on Node 22 and 24. */
const IN_MEMORY = 12;

/** Writes the heap of this thread to a file, if there is room for it. */
export function heapSnapshot(options?: SnapshotOptions): HeapSnapshot {
  const fs = process.getBuiltinModule('node:fs');
  const { path = freshPath() } = parseOptions(options);
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw invalidParam('debug', 'path', path, 'the name of a file');
  const { heapUsed, rss, limit } = processMemory();
  assertMemory(rss + heapUsed * IN_MEMORY, limit);
  reserve(path);
  const started = Date.now();
  try {
    assertDisk(path, heapUsed * ON_DISK);
    process.getBuiltinModule('node:v8').writeHeapSnapshot(path);
    return { path, bytes: whole(path), durationMs: Math.max(0, Date.now() - started) };
  } catch (error) {
    // Half a snapshot cannot be read, and fills the disk for all invocations to come.
    fs.rmSync(path, { force: true });
    throw error;
  }
}

function freshPath(): string {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return process
    .getBuiltinModule('node:path')
    .join(process.getBuiltinModule('node:os').tmpdir(), `suga-${time}-${process.pid}-${process.hrtime.bigint()}.heapsnapshot`);
}

function assertMemory(needed: number, limit: number = Number.POSITIVE_INFINITY): void {
  if (needed <= limit) return;
  const message = `debug: a heap snapshot needs about ${toMb(needed)} MB in all, and the function has ${toMb(limit)}: it would be ended. Raise its memory for this.`;
  throw new SugaError<DebugErrorCode>('NoMemory', message, { details: { needed, limit } });
}

/** Makes the file, so that it is known to be writable before the process stops for seconds, and nothing is overwritten. */
function reserve(path: string): void {
  const fs = process.getBuiltinModule('node:fs');
  try {
    fs.closeSync(fs.openSync(path, 'wx', 0o600));
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new SugaError<DebugErrorCode>('NoSpace', 'debug: the disk is full: delete something in /tmp, or raise its size.', { cause });
    const why = code === 'EEXIST' ? 'there is a file of that name already' : `the system says ${code}`;
    throw new SugaError<DebugErrorCode>('NotWritable', `debug: the heap snapshot cannot be written: ${why}. On Lambda only /tmp can be written to.`, { cause });
  }
}

function assertDisk(path: string, needed: number): void {
  const there = diskSpace(process.getBuiltinModule('node:path').dirname(path))?.free ?? Number.POSITIVE_INFINITY;
  if (there >= needed) return;
  const message = `debug: a heap snapshot needs about ${toMb(needed)} MB on disk, and ${toMb(there)} are free: delete something in /tmp, or raise its size.`;
  throw new SugaError<DebugErrorCode>('NoSpace', message, { details: { needed, free: there } });
}

/** V8 does not say when the disk has run full: then the end is missing. */
function whole(path: string): number {
  const fs = process.getBuiltinModule('node:fs');
  const { size } = fs.statSync(path);
  const end = Buffer.alloc(Math.min(size, 16));
  const file = fs.openSync(path, 'r');
  try {
    fs.readSync(file, end, 0, end.length, size - end.length);
  } finally {
    fs.closeSync(file);
  }
  if (end.toString('latin1').trimEnd().endsWith('}')) return size;
  throw new SugaError<DebugErrorCode>('NoSpace', 'debug: the disk ran full while the heap snapshot was written: delete something in /tmp, or raise its size.');
}

const toMb = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
