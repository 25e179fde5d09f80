import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Returns a process's peak resident memory so far in MB; without /proc, its current one. Undefined if the process has ended. */
export function readMemory(pid: number): number | undefined {
  const kilobytes = process.platform === 'linux' ? readStatus(pid) : askPs(pid);
  return kilobytes === undefined || Number.isNaN(kilobytes) ? undefined : Math.ceil(kilobytes / 1024);
}

function readStatus(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? /^VmRSS:\s+(\d+) kB$/m.exec(status);
    return peak ? Number(peak[1]) : undefined;
  } catch {
    return undefined;
  }
}

function askPs(pid: number): number | undefined {
  try {
    return Number.parseInt(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }), 10);
  } catch {
    return undefined;
  }
}
