import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { atExit } from './at-exit.ts';
import { findHierarchies, type Hierarchy, makeGroup, moveProcess, setQuota, tryRemove } from './cgroup.ts';

/** A control group that holds one execution environment to its CPU share. */
export interface CpuGroup {
  add(pid: number): void;
  /** In vCPU. */
  limit(cpus: number): void;
  readonly remove: () => Promise<void>;
}

/** Makes CPU groups where this machine allows it, or says why it does not. */
export type CpuSupport = { readonly make: () => CpuGroup } | { readonly reason: string };

/** INIT gets about 2 vCPU whatever the memory: measured by others, not documented by AWS. */
export const initCpus = 2;
const megabytesPerCpu = 1769;

/** The share of a vCPU that Lambda gives with that much memory. */
export function toCpus(memory: number): number {
  return memory / megabytesPerCpu;
}

/** Tries the machine's control groups with a real process: whether it may be moved shows only then. */
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
      // The kernel takes a moment to let go of killed processes.
      for (let attempt = 0; !tryRemove(folder) && attempt < 50; attempt++) await wait(10);
      forget();
    },
  };
}
