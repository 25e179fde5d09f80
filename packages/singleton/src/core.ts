import type { Core, Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { RelieveOptions, Singleton, SingletonErrorCode, SingletonOptions } from './contract.js';
import { Instances } from './instances.js';
import { collect, memory } from './memory.js';

/** Makes the singletons of one gateway. */
export function create(host: Host): Core<Singleton> {
  const instances = new Instances(host);
  let reused = 0;

  const relieve = async (options: RelieveOptions = {}) => {
    const { threshold = 0.85, collect: collecting = false } = asObject(options);
    if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)) throw invalidParam('singleton', 'threshold', threshold, 'a number from 0 to 1');
    const before = memory();
    const short = before.pressure >= threshold;
    const disposed = short ? await disposeEvictable(instances) : [];
    if (short && collecting) collect();
    return { disposed, before, after: memory() };
  };

  const operations: Singleton = {
    get: <T>(name: string, factory: () => T, options: SingletonOptions<Awaited<T>> = {}) => {
      const known = instances.get(nameOf(name));
      if (!known) {
        if (typeof factory !== 'function') throw invalidParam('singleton', 'factory', factory, 'a function that makes the instance');
        return instances.make(name, factory, optionsOf(options as SingletonOptions)) as T;
      }
      reused++;
      instances.join(known);
      return known.value as T;
    },
    set: (name, instance, options = {}) => void instances.put(nameOf(name), instance, optionsOf(options as SingletonOptions)),
    has: (name) => instances.get(nameOf(name)) !== undefined,
    names: () => Array.from(instances.all(), ({ name }) => name).reverse(),
    delete: async (name) => {
      const instance = instances.get(nameOf(name));
      if (instance) await instances.dispose(instance);
      return instance !== undefined;
    },
    clear: async () => {
      const all = instances.all();
      await disposeAll(instances, all);
      return all.length;
    },
    memory,
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

/** Apart from what collects afterwards, which must not find the instances in a variable. */
async function disposeEvictable(instances: Instances): Promise<string[]> {
  const evictable = instances.all().filter(({ options }) => options.evictable);
  await disposeAll(instances, evictable);
  return evictable.map(({ name }) => name);
}

/** One after the other; what one throws does not keep the rest. What is still being made may never be, and follows by itself. */
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
  const message = `singleton: ${errors.length} of ${which.length} instances could not be disposed of; "errors" has what they threw.`;
  throw Object.assign(new AggregateError(errors, message), { code: 'DisposeFailed' satisfies SingletonErrorCode });
}

function nameOf(name: string): string {
  if (typeof name !== 'string' || name === '') throw invalidParam('singleton', 'name', name, 'a string that is not empty');
  return name;
}

function optionsOf(options: SingletonOptions): SingletonOptions {
  const { dispose } = asObject(options);
  if (dispose !== undefined && typeof dispose !== 'function') throw invalidParam('singleton', 'dispose', dispose, 'a function');
  return options;
}

function asObject<T extends object>(options: T): T {
  if (typeof options !== 'object' || options === null) throw invalidParam('singleton', 'options', options, 'an object');
  return options;
}
