import type { MemoryUse } from './report-contract.js';

/** What the process holds now. */
export function use(): MemoryUse {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { rss, heapUsed, external, arrayBuffers };
}

/** Collects garbage where Node allows it, and whether it does. */
export function collect(): boolean {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  return gc !== undefined;
}
