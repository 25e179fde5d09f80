import { invalidParam, SugaError } from '@suga/gateway/errors';
import { processMemory } from '@suga/gateway/memory';
import type { DebugErrorCode, SnapshotOptions } from '../contract.js';
import { diskSpace } from '../disk-space.js';
import type { HeapSnapshot } from '../report-contract.js';
import { parseOptions } from '../validation.js';

/** Size of the file as a multiple of the heap. Measured: 1.1 for long strings, 2.03 for small objects. */
const ON_DISK = 2.5;
/**
 * Memory that V8 needs for a snapshot, as a multiple of the heap. Measured on Node 22 and 24: 1.1 for long strings, 11 to 12 for ordinary
 * data, 21 for small objects alone.
 */
const IN_MEMORY = 12;

/** Writes the heap of this thread to a file, if there is enough memory and disk space. */
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
    // An incomplete snapshot cannot be read, and would fill the disk for all later invocations.
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
  const message = `debug: a heap snapshot needs about ${toMb(needed)} MB of memory, but the function has ${toMb(limit)} MB, so Lambda would stop it. Raise its memory setting.`;
  throw new SugaError<DebugErrorCode>('NoMemory', message, { details: { needed, limit } });
}

/** Creates the file before the process is blocked for seconds, to know that it can be written. Overwrites nothing. */
function reserve(path: string): void {
  const fs = process.getBuiltinModule('node:fs');
  try {
    fs.closeSync(fs.openSync(path, 'wx', 0o600));
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw new SugaError<DebugErrorCode>('NoSpace', 'debug: the disk is full. Delete files in /tmp, or raise its size.', { cause });
    const why = code === 'EEXIST' ? 'the file already exists' : `the system reported ${code}`;
    throw new SugaError<DebugErrorCode>('NotWritable', `debug: the heap snapshot cannot be written: ${why}. On Lambda, only /tmp is writable.`, { cause });
  }
}

function assertDisk(path: string, needed: number): void {
  const there = diskSpace(process.getBuiltinModule('node:path').dirname(path))?.free ?? Number.POSITIVE_INFINITY;
  if (there >= needed) return;
  const message = `debug: a heap snapshot needs about ${toMb(needed)} MB on disk, but only ${toMb(there)} MB are free. Delete files in /tmp, or raise its size.`;
  throw new SugaError<DebugErrorCode>('NoSpace', message, { details: { needed, free: there } });
}

/** Returns the size of the file if it is complete. V8 does not report a full disk; then the end of the file is missing. */
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
  throw new SugaError<DebugErrorCode>('NoSpace', 'debug: the disk ran full while the heap snapshot was written. Delete files in /tmp, or raise its size.');
}

const toMb = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
