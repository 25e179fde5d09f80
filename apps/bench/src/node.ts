import { execFileSync } from 'node:child_process';

/** A Node version to measure on. */
export interface Runtime {
  /** `24` or `22`. */
  readonly major: string;
  /** Path of its binary. */
  readonly path: string;
}

/** Returns the Node versions to measure on: those in `SUGA_NODES` (`24=path,22=path`, as `npm run bench` sets it), else the running one. */
export function runtimes(): Runtime[] {
  const given = process.env['SUGA_NODES']?.split(',').map((item) => item.split('='));
  return given?.map(([major = '', path = '']) => ({ major, path })) ?? [{ major: process.versions.node.split('.')[0] ?? '', path: process.execPath }];
}

/** Runs a program in a new process with Lambda's flags, and returns the JSON line that it prints. */
export function runJson<T>({ path }: Runtime, file: string, ...args: readonly string[]): T {
  const flags = ['--expose-gc', '--no-experimental-require-module', '--no-experimental-detect-module', '--disable-warning=ExperimentalWarning'];
  return JSON.parse(
    execFileSync(path, [...flags, file, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'] } as unknown as NodeJS.ProcessEnv }),
  ) as T;
}
