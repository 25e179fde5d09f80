import type { Core, Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { Command } from './backend.js';
import { backendOf } from './backends.js';
import { commandOf, listOf, object, settings } from './checked.js';
import type { IncrementOptions, OutcomeListener, SetOptions, Store, StoreCall, StoreEntry, StoreOptions, StoreOutcome } from './contract.js';
import { performing } from './performing.js';
import { toValue } from './values.js';

/** Makes a store; in memory, two gateways never share one. */
export function create(options: StoreOptions, host: Host): Core<Store> {
  const { prefix, ttl, timeout } = settings(options);
  const backend = backendOf(options);
  const bounds = { prefix, ttl, maxBytes: backend.maxBytes };
  const perform = performing(backend, host, timeout);
  const calls = { get: 0, set: 0, delete: 0, increment: 0, touch: 0 };
  const counts = { failures: 0, bytesRead: 0, bytesWritten: 0 };

  const finished = (command: Command, outcome: StoreOutcome): StoreOutcome => {
    calls[command.operation]++;
    try {
      if ('error' in outcome) throw outcome.error;
      if (command.operation === 'set' && outcome.value) counts.bytesWritten += command.bytes;
      if (command.operation !== 'get' || outcome.value === undefined) return outcome;
      counts.bytesRead += Buffer.byteLength(outcome.value as string);
      return { value: toValue(outcome.value as string) };
    } catch (error) {
      counts.failures++;
      return { error };
    }
  };

  const list = async <T>(wanted: readonly StoreCall[]): Promise<T[]> => {
    // Wrong ones are found before any is sent.
    const commands = wanted.map((call) => commandOf(call, bounds));
    const outcomes = await perform(commands, finished);
    return commands.map((command) => {
      const outcome = outcomes.get(command) as StoreOutcome;
      if ('error' in outcome) throw outcome.error;
      return outcome.value as T;
    });
  };
  const one = async <T>(call: StoreCall): Promise<T> => (await list<T>([call]))[0] as T;

  const checked = (call: StoreCall): Command | { readonly error: unknown } => {
    try {
      return commandOf(call, bounds);
    } catch (error) {
      return { error };
    }
  };

  const operations: Store = {
    get: <T>(key: string) => one<T | undefined>({ operation: 'get', params: { key } }),
    set: (key: string, value: unknown, options?: SetOptions) => one({ operation: 'set', params: { key, value, options } }),
    delete: (key: string) => one({ operation: 'delete', params: { key } }),
    increment: (key: string, by?: number, options?: IncrementOptions) => one({ operation: 'increment', params: { key, by, options } }),
    touch: (key: string, ttl: number) => one({ operation: 'touch', params: { key, ttl } }),
    getMany: async <T>(keys: readonly string[]) => list<T | undefined>(listOf('keys', keys).map((key) => ({ operation: 'get', params: { key } }))),
    setMany: async (entries: readonly StoreEntry[]) => list(listOf('entries', entries).map(setOf)),
    deleteMany: async (keys: readonly string[]) => {
      await list(listOf('keys', keys).map((key) => ({ operation: 'delete', params: { key } })));
    },
    run: async (wanted, each) => {
      const tell = telling(each);
      const all = listOf('calls', wanted).map(checked);
      const places = new Map(all.map((call, index) => [call, index]));
      for (const [call, index] of places) if (!('operation' in call)) tell(index, call);
      const outcomes = await perform(
        all.filter((call) => 'operation' in call),
        (command, outcome) => tell(places.get(command) as number, finished(command, outcome)),
      );
      return all.map((call) => ('operation' in call ? (outcomes.get(call) as StoreOutcome) : call));
    },
    stats: () => ({ backend: backend.type, calls: { ...calls }, ...counts, ...backend.stats() }),
  };
  return {
    operations,
    heldState: () => {
      const { entries } = backend.stats();
      return entries ? `${entries} entries` : undefined;
    },
    [Symbol.dispose]: () => backend.close(),
  };
}

/** Hands an outcome on to whoever wants to know at once. What fails there is not the call's failure. @throws `InvalidParams` */
function telling(each: OutcomeListener = () => undefined): (index: number, outcome: StoreOutcome) => StoreOutcome {
  if (typeof each !== 'function') throw invalidParam('store', 'each', each, 'a function');
  return (index, outcome) => {
    try {
      each(index, outcome);
    } catch (error) {
      process.emitWarning(`store: the function that was to be told an outcome failed: ${(error as Error | undefined)?.message}`);
    }
    return outcome;
  };
}

function setOf(entry: StoreEntry): StoreCall {
  const { key, value, ...options } = object<StoreEntry>('entries', entry);
  return { operation: 'set', params: { key, value, options } };
}
