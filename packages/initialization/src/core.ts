import type { Core, Host } from '@suga/gateway';
import { assertName, assertNames, assertObject } from '@suga/gateway/check';
import { startedOnDemand } from '@suga/gateway/environment';
import { Components } from './components.js';
import { environment } from './config.js';
import type { Initialization, InitializationOptions, InitializationStatus, PreloadResult } from './contract.js';
import { preload } from './preload.js';

/** Creates the core for one gateway. */
export function create(options: InitializationOptions, host: Host): Core<Initialization> {
  const { components: definitions = {}, preload: preloadNames = [] } = parseObject('options', options);
  parseObject('components', definitions);
  assertNames('initialization', 'preload', preloadNames);
  const components = new Components(host);
  for (const [name, component] of Object.entries(definitions)) components.add(name, component);
  const flags = new Map<string, unknown>();
  let preloaded: Record<string, PreloadResult> = {};
  let durationMs: number | undefined;

  const isInitialized = (): boolean => durationMs !== undefined && components.names().every((name) => components.isDone(name));

  const status = (): InitializationStatus => ({
    initialized: isInitialized(),
    ...(durationMs !== undefined && { durationMs }),
    components: components.status(),
    preloaded: { ...preloaded },
  });

  const initialize = async (): Promise<InitializationStatus> => {
    const startedAt = Date.now();
    preloaded = {
      ...preload(
        host.control,
        preloadNames.filter((name) => !preloaded[name]?.loaded),
      ),
      ...onlyLoaded(preloaded),
    };
    const outcomes = await Promise.allSettled(components.names().map(async (name) => components.ensure(name)));
    for (const each of outcomes) if (each.status === 'rejected') throw each.reason;
    durationMs ??= Math.max(0, Date.now() - startedAt);
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
    setFlag: (name, value) => void flags.set(parseFlagName(name), value),
    getFlag: (name: string, fallback?: unknown) => (flags.has(parseFlagName(name)) ? flags.get(name) : fallback) as never,
    status,
    environment,
  };
  return {
    operations,
    heldState: () => (flags.size > 0 || durationMs !== undefined ? `${flags.size} flags, and the state of initialization` : undefined),
    ended: (invocation) => components.abandon(invocation),
  };
}

const onlyLoaded = (all: Record<string, PreloadResult>): Record<string, PreloadResult> =>
  Object.fromEntries(Object.entries(all).filter(([, { loaded }]) => loaded));

function parseFlagName(name: string): string {
  assertName('initialization', 'name', name);
  return name;
}

/** @throws `InvalidParams` */
function parseObject<T>(param: string, value: T): T {
  assertObject('initialization', param, value);
  return value;
}
