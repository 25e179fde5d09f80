import type { Core, Host } from '@suga/gateway';
import { assertFunction, assertName, assertNumber, assertObject } from '@suga/gateway/check';
import { collectGarbage, processMemory } from '@suga/gateway/memory';
import type { RelieveOptions, Singleton, SingletonErrorCode, SingletonOptions } from './contract.js';
import { Instances } from './instances.js';

/** Creates the singletons of one gateway. */
export function create(host: Host): Core<Singleton> {
  const instances = new Instances(host);
  let reused = 0;

  const relieve = async (options: RelieveOptions = {}) => {
    const { threshold = 0.85, collect = false } = assertObject('singleton', 'options', options);
    assertNumber('singleton', 'threshold', threshold, { min: 0, max: 1 });
    const before = processMemory();
    const short = before.pressure >= threshold;
    const disposed = short ? await disposeEvictable(instances) : [];
    if (short && collect) collectGarbage();
    return { disposed, before, after: processMemory() };
  };

  const operations: Singleton = {
    get: <T>(name: string, factory: () => T, options: SingletonOptions<Awaited<T>> = {}) => {
      const known = instances.get(parseName(name));
      if (!known) {
        return instances.make(name, assertFunction('singleton', 'factory', factory), parseOptions(options as SingletonOptions)) as T;
      }
      reused++;
      instances.join(known);
      return known.value as T;
    },
    set: (name, instance, options = {}) => void instances.put(parseName(name), instance, parseOptions(options as SingletonOptions)),
    has: (name) => instances.get(parseName(name)) !== undefined,
    names: () => Array.from(instances.all(), ({ name }) => name).reverse(),
    delete: async (name) => {
      const instance = instances.get(parseName(name));
      if (instance) await instances.dispose(instance);
      return instance !== undefined;
    },
    clear: async () => {
      const all = instances.all();
      await disposeAll(instances, all);
      return all.length;
    },
    memory: processMemory,
    relieve,
    stats: () => {
      const { size, created, failed, disposed } = instances;
      return { instances: size, created, reused, failed, disposed };
    },
  };
  return {
    operations,
    heldState: () => (instances.size > 0 ? `${instances.size} instances` : undefined),
    ended: (invocation) => instances.leave(invocation),
    [Symbol.dispose]: () => instances.disposeNow(),
  };
}

/** A function of its own, so that no variable refers to the instances when garbage is collected afterwards. */
async function disposeEvictable(instances: Instances): Promise<string[]> {
  const evictable = instances.all().filter(({ options }) => options.evictable);
  await disposeAll(instances, evictable);
  return evictable.map(({ name }) => name);
}

/**
 * Disposes of instances one after the other. An error does not stop the rest. An instance that is still being created may never be, so it is
 * disposed of later.
 */
async function disposeAll(instances: Instances, which: ReturnType<Instances['all']>): Promise<void> {
  const errors: unknown[] = [];
  for (const instance of which) {
    if (instances.isPending(instance)) {
      instances.disposeLater(instance);
      continue;
    }
    try {
      await instances.dispose(instance);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) return;
  const message = `singleton: ${errors.length} of ${which.length} instances could not be disposed of; see "errors".`;
  throw Object.assign(new AggregateError(errors, message), { code: 'DisposeFailed' satisfies SingletonErrorCode });
}

const parseName = (name: string): string => assertName('singleton', 'name', name);

function parseOptions(options: SingletonOptions): SingletonOptions {
  const { dispose } = assertObject('singleton', 'options', options);
  if (dispose !== undefined) assertFunction('singleton', 'dispose', dispose);
  return options;
}
