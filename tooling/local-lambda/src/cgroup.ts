import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A folder of the kernel's control groups (cgroups) in which a new group could be created. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly folder: string;
}

// Measurements of Lambda show a period of 20 ms. Its stalls are shorter than with the kernel's default of 100 ms.
const period = 20_000;
const leastQuota = 1000;
const prefix = 'suga-lambda-';

/** Lists the folders in which this process may find a CPU controller, nearest first. Empty if there are no cgroups. */
export function findHierarchies(): Hierarchy[] {
  if (process.platform !== 'linux') return [];
  const own = readFileSync('/proc/self/cgroup', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':'));
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, , , root = '/', mount = '', ...rest] = line.split(' ');
      const [type, , features = ''] = rest.slice(rest.indexOf('-') + 1);
      const version = type === 'cgroup2' ? 2 : type === 'cgroup' && features.split(',').includes('cpu') ? 1 : undefined;
      if (version === undefined) return [];
      const path = own.find(([, controllers = '']) => (version === 2 ? controllers === '' : controllers.split(',').includes('cpu')))?.[2] ?? '/';
      return upwards(mount, relative(root, path)).map((folder) => ({ version, folder }) as const);
    });
}

// In cgroup version 2, a new group must lie above the processes, in a folder that was delegated to this user.
function upwards(mount: string, path: string): string[] {
  if (path === '' || path === '.' || path.startsWith('..')) return [mount];
  return [join(mount, path), ...upwards(mount, dirname(path))];
}

/** Creates an empty group. Throws the kernel's error if that fails. */
export function makeGroup({ version, folder }: Hierarchy, name: string): string {
  sweep(folder);
  const group = join(folder, `${prefix}${process.pid}-${name}`);
  mkdirSync(group);
  if (existsSync(join(group, version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us'))) return group;
  rmdirSync(group);
  throw new Error(`no CPU controller in ${folder}`);
}

/** Sets the CPU share of a group, in vCPU. */
export function setQuota(version: 1 | 2, group: string, cpus: number): void {
  const quota = Math.max(leastQuota, Math.round(cpus * period));
  if (version === 2) {
    writeFileSync(join(group, 'cpu.max'), `${quota} ${period}`);
  } else {
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(period));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quota));
  }
}

/** Moves a process, all its threads and its later children, into a group. */
export function moveProcess(group: string, pid: number): void {
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
}

// A group outlives its process if the process was killed. The kernel refuses to remove a group that is still in use.
function sweep(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (!isAlive(pid)) tryRemove(join(folder, name));
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Removes a group. Returns false while a process is still in it. */
export function tryRemove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
