import type { Core, Host } from '@suga/gateway';
import { assertFunction } from '@suga/gateway/check';
import type { Command } from './backend.js';
import type { IncrementOptions, OutcomeListener, SetOptions, Store, StoreCall, StoreEntry, StoreOptions, StoreOutcome } from './contract.js';
import { createBackend } from './create-backend.js';
import { commandRunner } from './run-commands.js';
import { deserialize } from './serialization.js';
import { parseList, parseObject, parseOptions, toCommand } from './validation.js';

/** Creates a store. In memory, two gateways never share values. */
export function create(options: StoreOptions, host: Host): Core<Store> {
  const { prefix, ttl, timeout } = parseOptions(options);
  const backend = createBackend(options);
  const settings = { prefix, ttl, maxBytes: backend.maxBytes };
  const runCommands = commandRunner(backend, host, timeout);
  const calls = { get: 0, set: 0, delete: 0, increment: 0, touch: 0 };
  const counts = { failures: 0, bytesRead: 0, bytesWritten: 0 };

  const finish = (command: Command, outcome: StoreOutcome): StoreOutcome => {
    calls[command.operation]++;
    try {
      if ('error' in outcome) throw outcome.error;
      if (command.operation === 'set' && outcome.value) counts.bytesWritten += command.bytes;
      if (command.operation !== 'get' || outcome.value === undefined) return outcome;
      counts.bytesRead += Buffer.byteLength(outcome.value as string);
      return { value: deserialize(outcome.value as string) };
    } catch (error) {
      counts.failures++;
      return { error };
    }
  };

  const runAll = async <T>(list: readonly StoreCall[]): Promise<T[]> => {
    // All calls are checked before the first one is sent.
    const commands = list.map((call) => toCommand(call, settings));
    const outcomes = await runCommands(commands, finish);
    return commands.map((command) => {
      const outcome = outcomes.get(command) as StoreOutcome;
      if ('error' in outcome) throw outcome.error;
      return outcome.value as T;
    });
  };
  const runOne = async <T>(call: StoreCall): Promise<T> => (await runAll<T>([call]))[0] as T;

  const parse = (call: StoreCall): Command | { readonly error: unknown } => {
    try {
      return toCommand(call, settings);
    } catch (error) {
      return { error };
    }
  };

  const operations: Store = {
    get: <T>(key: string) => runOne<T | undefined>({ operation: 'get', params: { key } }),
    set: (key: string, value: unknown, options?: SetOptions) => runOne({ operation: 'set', params: { key, value, options } }),
    delete: (key: string) => runOne({ operation: 'delete', params: { key } }),
    increment: (key: string, by?: number, options?: IncrementOptions) => runOne({ operation: 'increment', params: { key, by, options } }),
    touch: (key: string, ttl: number) => runOne({ operation: 'touch', params: { key, ttl } }),
    getMany: async <T>(keys: readonly string[]) => runAll<T | undefined>(parseList('keys', keys).map((key) => ({ operation: 'get', params: { key } }))),
    setMany: async (entries: readonly StoreEntry[]) => runAll(parseList('entries', entries).map(toSetCall)),
    deleteMany: async (keys: readonly string[]) => {
      await runAll(parseList('keys', keys).map((key) => ({ operation: 'delete', params: { key } })));
    },
    run: async (list, each) => {
      const report = outcomeReporter(each);
      const all = parseList('calls', list).map(parse);
      const indexes = new Map(all.map((call, index) => [call, index]));
      for (const [call, index] of indexes) if (!('operation' in call)) report(index, call);
      const outcomes = await runCommands(
        all.filter((call) => 'operation' in call),
        (command, outcome) => report(indexes.get(command) as number, finish(command, outcome)),
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

/** Creates the function that passes outcomes to `each`. An error in `each` does not fail the call. @throws `InvalidParams` */
function outcomeReporter(each: OutcomeListener = () => undefined): (index: number, outcome: StoreOutcome) => StoreOutcome {
  assertFunction('store', 'each', each);
  return (index, outcome) => {
    try {
      each(index, outcome);
    } catch (error) {
      process.emitWarning(`store: the "each" function of run() threw: ${(error as Error | undefined)?.message}`);
    }
    return outcome;
  };
}

function toSetCall(entry: StoreEntry): StoreCall {
  const { key, value, ...options } = parseObject<StoreEntry>('entries', entry);
  return { operation: 'set', params: { key, value, options } };
}
