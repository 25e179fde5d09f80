import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { atExit } from './at-exit.ts';
import { readFrames, readLines } from './log-streams.ts';
import { readMemory } from './memory.ts';
import type { Mounted } from './mount.ts';
import type { Settings } from './settings.ts';
import { startFlags } from './start-flags.ts';
import { toVariables } from './variables.ts';

/** How a process ended. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** The process in which AWS's runtime client runs the function. */
export interface RuntimeProcess {
  readonly pid: number | undefined;
  /** Resolves when the process has ended and its last output was read. */
  readonly exited: Promise<Exit>;
  /** Kills the process and everything that it started. */
  kill(): void;
  /** Ends the process and waits for its exit. A program that runs it (`under`) is asked first, and killed if it takes too long. */
  end(): Promise<void>;
  /** Peak memory in MB. After the process has ended, the last figure that was taken. */
  maxMemory(): number;
}

const memoryInterval = 100;
const outputGrace = 200;
const endGrace = 10_000;

/** The parts of the environment that the process needs. */
interface RuntimeDeps {
  readonly mounted: Mounted;
  readonly api: string;
}

/** Starts AWS's runtime client in its own process group, so that everything it starts ends with it. */
export function startRuntime(settings: Settings, { mounted, api }: RuntimeDeps, onLog: (line: string) => void): RuntimeProcess {
  const client = createRequire(import.meta.url).resolve('aws-lambda-ric');
  const [command = settings.node, ...args] = [...settings.under, settings.node, ...startFlags(settings, mounted.root), client];
  const child = spawn(command, args, {
    cwd: mounted.task,
    env: toVariables(settings, { opt: mounted.opt, task: mounted.task, api, runtime: dirname(client) }),
    stdio: ['ignore', 'pipe', 'pipe', settings.managed ? 'ignore' : 'pipe'],
    detached: true,
  });
  const [, stdout, stderr, telemetry] = child.stdio as Readable[];
  if (stdout) readLines(stdout, onLog);
  if (stderr) readLines(stderr, onLog);
  if (telemetry) readFrames(telemetry, onLog);
  return watch(child, settings.under.length > 0);
}

function watch(child: ChildProcess, isAskedFirst: boolean): RuntimeProcess {
  const kill = (): void => killGroup(child);
  const forget = atExit(kill);
  let memory = 0;
  const maxMemory = (): number => {
    if (child.pid !== undefined && child.exitCode === null) memory = Math.max(memory, readMemory(child.pid) ?? 0);
    return memory;
  };
  const sampling = setInterval(maxMemory, memoryInterval).unref();
  const exited = toExit(child, kill).finally(() => {
    clearInterval(sampling);
    forget();
  });
  const end = async (): Promise<void> => {
    if (isAskedFirst) {
      const late = setTimeout(kill, endGrace);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(late);
    }
    kill();
    await exited;
  };
  return { pid: child.pid, exited, kill, end, maxMemory };
}

function toExit(child: ChildProcess, kill: () => void): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ exitCode: null, signal: null }));
    child.once('exit', (exitCode, signal) => {
      // Processes that it started may keep its output open.
      kill();
      const late = setTimeout(() => resolve({ exitCode, signal }), outputGrace);
      child.once('close', () => {
        clearTimeout(late);
        resolve({ exitCode, signal });
      });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}
