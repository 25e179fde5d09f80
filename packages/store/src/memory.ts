import { apply, type Entry } from './apply.js';
import type { Backend, Job } from './backend.js';

/** Entries in memory, in the order of their last use. An expired one goes when it is met. */
export function memory(maxEntries: number): Backend {
  const entries = new Map<string, Entry>();
  let evictions = 0;

  const run = ({ commands, settle }: Job): void => {
    for (const command of commands) {
      const { entry, outcome } = apply(entries.get(command.key), command, Date.now());
      entries.delete(command.key);
      if (entry) entries.set(command.key, entry);
      settle(command, outcome);
      if (entries.size <= maxEntries) continue;
      entries.delete(entries.keys().next().value as string);
      evictions++;
    }
  };
  return {
    type: 'memory',
    maxBytes: Number.POSITIVE_INFINITY,
    run,
    stats: () => ({ requests: {}, retries: 0, unprocessed: 0, entries: entries.size, evictions }),
    close: () => entries.clear(),
  };
}
