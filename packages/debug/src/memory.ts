import type { MemoryUse } from './report-contract.js';

/** Measures the memory that the process uses. */
export function memoryUse(): MemoryUse {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { rss, heapUsed, external, arrayBuffers };
}
