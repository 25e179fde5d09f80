import type { Core, Host } from '@suga/gateway';
import { startedOnDemand } from '@suga/gateway/environment';
import { invalidParam } from '@suga/gateway/errors';
import { Components } from './components.js';
import { environment } from './config.js';
import type { Initialization, InitializationOptions, InitializationStatus, Preloaded } from './contract.js';
import { assertNames, preload } from './preload.js';

/** Makes the initialization of one gateway. */
export function create(options: InitializationOptions, host: Host): Core<Initialization> {
  const { components: given = {}, preload: wanted = [] } = toObject('options', options);
  toObject('components', given);
  assertNames('preload', wanted);
  const components = new Components(host);
  for (const [name, component] of Object.entries(given)) components.add(name, component);
  const flags = new Map<string, unknown>();
  let preloaded: Record<string, Preloaded> = {};
  let durationMs: number | undefined;

  const isInitialized = (): boolean => durationMs !== undefined && components.names().every((name) => components.isDone(name));

  const status = (): InitializationStatus => ({
    initialized: isInitialized(),
    ...(durationMs !== undefined && { durationMs }),
    components: components.status(),
    preloaded: { ...preloaded },
  });

  const initialize = async (): Promise<InitializationStatus> => {
    const started = Date.now();
    preloaded = {
      ...preload(
        host.control,
        wanted.filter((name) => !preloaded[name]?.loaded),
      ),
      ...onlyLoaded(preloaded),
    };
    const ended = await Promise.allSettled(components.names().map(async (name) => components.ensure(name)));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    durationMs ??= Math.max(0, Date.now() - started);
    return status();
  };

  const operations: Initialization = {
    isColdStart: () => {
      const { invocations, active } = host.control.stats();
      return host.invocation()?.coldStart ?? (startedOnDemand() && invocations === active);
    },
    initialize,
    isInitialized: (component) => (component === undefined ? isInitialized() : components.isDone(component)),
    ensureInitialized: async (component) => components.ensure(component),
    addComponent: (name, component) => components.add(name, component),
    preload: (names) => preload(host.control, names),
    reset: (component) => {
      components.reset(component);
      durationMs = undefined;
    },
    setFlag: (name, value) => void flags.set(flagOf(name), value),
    getFlag: (name: string, fallback?: unknown) => (flags.has(flagOf(name)) ? flags.get(name) : fallback) as never,
    status,
    environment,
  };
  return {
    operations,
    heldState: () => (flags.size > 0 || durationMs !== undefined ? `${flags.size} flags, and what has been initialized` : undefined),
    ended: (invocation) => components.leave(invocation),
  };
}

const onlyLoaded = (all: Record<string, Preloaded>): Record<string, Preloaded> => Object.fromEntries(Object.entries(all).filter(([, { loaded }]) => loaded));

function flagOf(name: string): string {
  if (typeof name !== 'string' || name === '') throw invalidParam('initialization', 'name', name, 'a string that is not empty');
  return name;
}

/** @throws `InvalidParams` */
function toObject<T>(param: string, value: T): T {
  if (typeof value !== 'object' || value === null) throw invalidParam('initialization', param, value, 'an object');
  return value;
}
