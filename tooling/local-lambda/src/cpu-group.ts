import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { atExit } from './at-exit.ts';
import { findHierarchies, type Hierarchy, makeGroup, moveProcess, setQuota, tryRemove } from './cgroup.ts';

/** A control group that limits one execution environment to its CPU share. */
export interface CpuGroup {
  add(pid: number): void;
  /** Sets the limit, in vCPU. */
  limit(cpus: number): void;
  readonly remove: () => Promise<void>;
}

/** Creates CPU groups, or gives the reason why this machine does not allow them. */
export type CpuSupport = { readonly make: () => CpuGroup } | { readonly reason: string };

/** INIT gets about 2 vCPU with any memory size: measured by third parties, not documented by AWS. */
export const initCpus = 2;
const megabytesPerCpu = 1769;

/** Returns the share of a vCPU that Lambda gives a function with this memory, in MB. */
export function toCpus(memory: number): number {
  return memory / megabytesPerCpu;
}

/** Tries the machine's control groups with a real process, because only that shows whether a process may be moved. */
export async function findCpuSupport(): Promise<CpuSupport> {
  let reason: string | undefined;
  for (const hierarchy of findHierarchies()) {
    try {
      await rehearse(hierarchy);
      return { make: () => makeCpuGroup(hierarchy) };
    } catch (error) {
      reason ??= (error as Error).message;
    }
  }
  return { reason: reason ?? 'this system has no cgroups for the CPU' };
}

async function rehearse(hierarchy: Hierarchy): Promise<void> {
  const group = makeCpuGroup(hierarchy);
  const child = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    await once(child, 'spawn');
    group.add(child.pid as number);
    group.limit(1);
  } finally {
    const gone = once(child, 'exit');
    if (child.kill('SIGKILL')) await gone;
    await group.remove();
  }
}

function makeCpuGroup(hierarchy: Hierarchy): CpuGroup {
  const folder = makeGroup(hierarchy, randomBytes(4).toString('hex'));
  const forget = atExit(() => void tryRemove(folder));
  return {
    add: (pid) => moveProcess(folder, pid),
    limit: (cpus) => setQuota(hierarchy.version, folder, cpus),
    async remove() {
      // The kernel takes a moment to release killed processes.
      for (let attempt = 0; !tryRemove(folder) && attempt < 50; attempt++) await wait(10);
      forget();
    },
  };
}
