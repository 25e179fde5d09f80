import { execFileSync } from 'node:child_process';

/** A Node to measure on. */
export interface Runtime {
  /** `24` or `22`. */
  readonly major: string;
  /** Path of its binary. */
  readonly path: string;
}

/** The Nodes to measure on: those in `SUGA_NODES` (`24=path,22=path`, as `npm run bench` sets it), else the one running. */
export function runtimes(): Runtime[] {
  const given = process.env['SUGA_NODES']?.split(',').map((item) => item.split('='));
  return given?.map(([major = '', path = '']) => ({ major, path })) ?? [{ major: process.versions.node.split('.')[0] ?? '', path: process.execPath }];
}

/** Runs a program that prints one line of JSON, in a process of its own, with Lambda's flags. */
export function runJson<T>({ path }: Runtime, file: string, ...args: readonly string[]): T {
  const flags = ['--expose-gc', '--no-experimental-require-module', '--no-experimental-detect-module', '--disable-warning=ExperimentalWarning'];
  return JSON.parse(
    execFileSync(path, [...flags, file, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'] } as unknown as NodeJS.ProcessEnv }),
  ) as T;
}
