import { memoryLimit } from './config.js';
import type { MemoryStats } from './contract.js';

/** What the process holds now. */
export function memory(): MemoryStats {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { heap_size_limit: heapLimit } = process.getBuiltinModule('node:v8').getHeapStatistics();
  const limit = memoryLimit();
  return { rss, heapUsed, heapTotal, heapLimit, external, limit, pressure: Math.max(heapUsed / heapLimit, limit ? rss / limit : 0) };
}

/** The collection that gives memory back to the system; an ordinary one keeps it for V8. */
export function collect(): void {
  const { gc } = globalThis as { gc?: (options?: object) => void };
  gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
