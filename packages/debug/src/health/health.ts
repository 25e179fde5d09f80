import type { Control, Host } from '@suga/gateway';
import { isSugaError, SugaError } from '@suga/gateway/errors';
import { processMemory } from '@suga/gateway/memory';
import { toBoundedText } from '../bounded-copy.js';
import type { DebugErrorCode, ProbeOptions } from '../contract.js';
import type { ComponentHealth, Health, HealthState } from '../report-contract.js';
import { parseOptions } from '../validation.js';
import { type RegisteredCheck, runCheck } from './check.js';

type Checks = ReadonlyMap<string, RegisteredCheck>;

const STATES: readonly HealthState[] = ['healthy', 'degraded', 'failing'];

/** Shares of a memory limit from which on a part is `degraded` and `failing`. */
const SHORT = 0.85;
const OUT = 0.95;

/** Reports the health of all parts, and the worst of their states. */
export async function everything(host: Host, checks: Checks, options?: ProbeOptions): Promise<Health> {
  const { probe = false } = parseOptions(options);
  const deadline = host.invocation()?.deadline;
  const interfaces = Object.fromEntries(names(host.control, probe).flatMap((name) => interfaceHealth(host.control, name, probe).map((each) => [name, each])));
  const checked = Object.fromEntries(await Promise.all(Array.from(checks, async ([name, added]) => [name, await runCheck(added, deadline)] as const)));
  const own = gateway(host.control);
  return { state: worst([own, ...Object.values(interfaces), ...Object.values(checked)]), gateway: own, interfaces, checks: checked };
}

/** Reports the health of an interface, a check, or both if they share the name. */
export async function component(
  name: string,
  { host, checks }: { readonly host: Host; readonly checks: Checks },
  options?: ProbeOptions,
): Promise<ComponentHealth> {
  const { probe = false } = parseOptions(options);
  const parts = host.control.names().includes(name) ? interfaceHealth(host.control, name, probe) : [];
  const added = checks.get(name);
  const all = added ? [...parts, await runCheck(added, host.invocation()?.deadline)] : parts;
  if (all.length > 0) return Object.assign({}, ...all, { state: worst(all), reasons: all.flatMap(({ reasons }) => reasons) });
  const known = [...new Set([...names(host.control, true), ...checks.keys()])].join(', ');
  throw new SugaError<DebugErrorCode>(
    'UnknownComponent',
    `debug: there is no installed interface and no check named "${name.slice(0, 100)}". Known: ${known}.`,
  );
}

/** Reports the health of the gateway: how much memory is left. When none is left, the process is stopped and can report nothing else. */
export function gateway(control: Control): ComponentHealth {
  const { rss, heapUsed, heapLimit, limit } = processMemory();
  const shares: [string, number, number][] = [['heap', heapUsed, heapLimit]];
  if (limit) shares.push(['process', rss, limit]);
  const short = shares.filter(([, used, of]) => used / of >= SHORT);
  const reasons = short.map(([what, used, of]) => `the ${what} uses ${toMb(used)} of ${toMb(of)} MB: raise the memory setting, or free memory`);
  const state = short.some(([, used, of]) => used / of >= OUT) ? 'failing' : short.length > 0 ? 'degraded' : 'healthy';
  return Object.keys(control.stats().interfaces).length > 0
    ? { state, reasons }
    : { state: worst([{ state }, { state: 'degraded' }]), reasons: [...reasons, 'the gateway has no interfaces'] };
}

function names(control: Control, all: boolean): readonly string[] {
  return all ? control.names() : Object.keys(control.stats().interfaces);
}

/** Reports the health of an interface. An empty list if it is known by name but not installed, because it cannot have been called. */
function interfaceHealth(control: Control, name: string, probe: boolean): readonly ComponentHealth[] {
  try {
    control.operations(name);
    if (probe) control.load(name);
  } catch (error) {
    return isSugaError(error, 'NotInstalled') ? [] : [{ state: 'failing', reasons: [toBoundedText((error as Error).message)] }];
  }
  const { calls = 0, loads = 0 } = control.stats().interfaces[name] ?? {};
  if (loads > 0 || calls === 0) return [{ state: 'healthy', reasons: [] }];
  return [{ state: 'failing', reasons: [`called ${calls} times, but never loaded: verify() says why`] }];
}

const worst = (all: readonly Pick<ComponentHealth, 'state'>[]): HealthState =>
  STATES[all.reduce((most, { state }) => Math.max(most, STATES.indexOf(state)), 0)] ?? 'failing';

const toMb = (bytes: number): number => Math.round(bytes / 2 ** 20);
