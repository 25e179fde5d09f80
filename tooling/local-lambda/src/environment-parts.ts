import type { CpuGroup, CpuSupport } from './cpu-group.ts';
import { mount } from './mount.ts';
import { type Desk, openRuntimeApi } from './runtime-api.ts';
import { type RuntimeProcess, startRuntime } from './runtime-process.ts';
import type { Settings } from './settings.ts';

/** The parts of an execution environment. `close` removes all of them. */
export interface Parts {
  readonly runtime: RuntimeProcess;
  readonly cpu: CpuGroup | undefined;
  close(): Promise<void>;
}

/** Callbacks of an execution environment. */
interface Listeners {
  /** Called directly before the process starts. */
  begin(): void;
  onLog(line: string): void;
}

/** Mounts code and layers, opens a Runtime API, and starts the runtime in its CPU group. */
export async function openParts(settings: Settings, support: CpuSupport, desk: Desk, { begin, onLog }: Listeners): Promise<Parts> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const mounted = await mount(settings);
    undo.push(mounted.remove);
    const api = await openRuntimeApi(desk, `arn:aws:lambda:us-east-1:000000000000:function:${settings.name}`);
    undo.push(api.close);
    const cpu = 'make' in support ? support.make() : undefined;
    if (cpu) undo.push(cpu.remove);
    begin();
    const runtime = startRuntime(settings, { mounted, api: api.address }, onLog);
    undo.push(runtime.end);
    join(cpu, runtime);
    return { runtime, cpu, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function join(cpu: CpuGroup | undefined, { pid }: RuntimeProcess): void {
  if (pid === undefined) return;
  try {
    cpu?.add(pid);
  } catch (error) {
    // The process has already ended. That is reported as a crash, with its output.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
