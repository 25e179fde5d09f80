import type { Binding, Control, InterfaceStats } from '@suga/gateway';
import { processMemory } from '@suga/gateway/memory';
import { flags, lambda } from './config.js';
import { diskSpace } from './disk-space.js';
import type { GatewayStats, InterfaceUse } from './log-contract.js';
import { memoryUse } from './memory.js';
import type { SystemInfo } from './report-contract.js';

/** Memory setting in bytes that corresponds to one vCPU on Lambda. */
const VCPU = 1_769 * 2 ** 20;

/** Reports on the process. */
export function system(): SystemInfo {
  const os = process.getBuiltinModule('node:os');
  const { heapLimit, limit } = processMemory();
  const { user, system } = process.cpuUsage();
  const path = os.tmpdir();
  return {
    node: node(),
    memory: { ...memoryUse(), heapLimit, limit },
    cpu: {
      available: os.availableParallelism(),
      share: limit === undefined ? undefined : Math.round((limit / VCPU) * 1000) / 1000,
      userMs: user / 1000,
      systemMs: system / 1000,
    },
    tmp: { path, ...(diskSpace(path) ?? { free: undefined, total: undefined }) },
    lambda: lambda(),
  };
}

function node(): SystemInfo['node'] {
  const { version, versions, platform, arch } = process;
  return {
    version: version.slice(1),
    v8: versions.v8,
    platform,
    architecture: arch,
    flags: flags(),
    gc: typeof (globalThis as { gc?: unknown }).gc === 'function',
    mainThread: process.getBuiltinModule('node:worker_threads').isMainThread,
    uptimeMs: Math.round(process.uptime() * 1000),
  };
}

/** Reports on the usage of the gateway. */
export function gatewayStats(control: Control): GatewayStats {
  const { active, invocations, interfaces } = control.stats();
  const all = Object.entries(interfaces);
  return {
    active,
    invocations,
    calls: sum(all, ({ calls }) => calls),
    loadMs: sum(all, ({ loadMs }) => loadMs),
    interfaces: Object.fromEntries(all.map(([name, stats]) => [name, useOf(stats, heldState(control, name))])),
    hottest: hottest(all),
  };
}

function useOf({ loaded, loads, loadMs, calls, inFlight, lastUse, operations }: InterfaceStats, held: string | undefined): InterfaceUse {
  const bound = { cold: 0, direct: 0, wrapped: 0 };
  for (const each of Object.values(operations)) bound[kindOf(each.bound)]++;
  return { loaded, loads, loadMs, calls, inFlight, lastUse, heldState: held, bound };
}

const kindOf = (binding: Binding): 'cold' | 'direct' | 'wrapped' => (typeof binding === 'string' ? binding : 'wrapped');

/** Returns the held state, or undefined if the core throws, so that the others are still reported. */
function heldState(control: Control, name: string): string | undefined {
  try {
    return control.heldState(name);
  } catch {
    return undefined;
  }
}

function hottest(all: readonly [string, InterfaceStats][]): GatewayStats['hottest'] {
  return all
    .flatMap(([name, { operations }]) =>
      Object.entries(operations).map(([operation, { calls, bound }]) => ({ operation: `${name}.${operation}`, calls, bound: [bound].flat().join(' → ') })),
    )
    .filter(({ calls }) => calls > 0)
    .sort((one, other) => other.calls - one.calls)
    .slice(0, 10);
}

const sum = (all: readonly [string, InterfaceStats][], of: (stats: InterfaceStats) => number): number => all.reduce((total, [, stats]) => total + of(stats), 0);
