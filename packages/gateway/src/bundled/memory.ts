/** The process's memory, in bytes. */
export interface ProcessMemory {
  /** Resident set size. On Managed Instances it counts all workers together. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  /** Heap limit in bytes, beyond which Node ends the process. */
  readonly heapLimit: number;
  /** The function's memory setting, or `undefined` outside of Lambda. */
  readonly limit: number | undefined;
  /** How full the memory is, from 0 to 1: the larger share of heap and resident set. It may exceed 1 shortly before Lambda ends the process. */
  readonly pressure: number;
}

/** Returns the function's memory setting in MB, or `undefined` outside of Lambda. */
export const memorySizeMb = (): number | undefined => Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) || undefined;

/** Measures the process's memory and its limits. */
export function processMemory(): ProcessMemory {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const heapLimit = limitOfFlags() ?? process.getBuiltinModule('node:v8').getHeapStatistics().heap_size_limit;
  const size = memorySizeMb();
  const limit = size && size * 2 ** 20;
  return { rss, heapUsed, heapTotal, external, heapLimit, limit, pressure: Math.max(heapUsed / heapLimit, limit ? rss / limit : 0) };
}

/**
 * Computes the heap limit from the flags with which Lambda starts Node, or returns `undefined` without them. `node:v8` would load Node's
 * streams, which takes 10 M instructions. V8 rounds a semi-space up to a power of two, and has three of them.
 */
function limitOfFlags(): number | undefined {
  const [old, semi] = ['--max-old-space-size=', '--max-semi-space-size='].map((flag) => {
    // V8 also accepts underscores. Of several, the last one counts.
    const argument = process.execArgv.map((each) => each.replaceAll('_', '-')).findLast((each) => each.startsWith(flag));
    return Number(argument?.slice(flag.length));
  }) as [number, number];
  return old > 0 && semi > 0 ? (old + 3 * 2 ** Math.ceil(Math.log2(semi))) * 2 ** 20 : undefined;
}

/**
 * Collects garbage and returns the freed memory to the system, if Node was started with `--expose-gc`. An ordinary collection keeps the
 * memory for V8.
 * @returns whether Node allows it
 */
export function collectGarbage(): boolean {
  const { gc } = globalThis as { gc?: (options: object) => void };
  gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return gc !== undefined;
}
