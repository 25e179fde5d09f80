import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, start } from './cold-start.ts';
import type { HandlerName } from './handlers.ts';
import type { Runtime } from './node.ts';

/** Instructions of one cold start, in millions: of INIT and two calls in a new process. */
export interface Instructions {
  readonly total: number;
  /** Reading JavaScript: scanner, parsers, scopes. */
  readonly parsing: number;
  /** Making bytecode, and machine code of functions that run often. */
  readonly compiling: number;
  /** Running: the bytecode's interpreter, V8's own functions, and compiled functions. */
  readonly running: number;
  /** Reclaiming memory. */
  readonly collecting: number;
}

const GROUPS: Readonly<Record<Exclude<keyof Instructions, 'total'>, RegExp>> = {
  parsing:
    /Scanner|Parser|AstValueFactory|AstNodeFactory|AstRawString|ExpressionScope|VariableMap|VariableProxy|::Scope::|DeclarationScope|ScopeInfo|Utf8Decoder/,
  compiling: /::interpreter::|::baseline::|::compiler::|::maglev::|Bytecode|FeedbackMetadata|Compiler|SourcePositionTable/,
  running: /^Builtins_|^\?\?\?/,
  collecting: /Scaveng|MarkCompact|Marking|Sweeper|Heap|IteratePointers|GarbageCollect/,
};

/**
 * Counts the instructions of one cold start under AWS's runtime client. Unlike a time, a count repeats within 0.3 % on a busy machine. The
 * client's compiled part, which is replaced by one over `node:http`, is counted with every handler.
 */
export async function countColdStart(node: Runtime, handler: HandlerName): Promise<Instructions> {
  const folder = mkdtempSync(join(tmpdir(), 'suga-bench-'));
  const file = join(folder, 'count');
  try {
    const under = ['valgrind', '--tool=cachegrind', '--cache-sim=no', `--cachegrind-out-file=${file}`, '--smc-check=all-non-file'];
    const fn = await start(node, handler, { under, nodeArguments: ['--require', join(import.meta.dirname, 'scripts', 'slow-clock.cjs')] });
    try {
      await call(fn);
      await call(fn);
    } finally {
      await fn.close();
    }
    return read(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds up the counts in cachegrind's file: a line `fn=` names a function, and each line of numbers after it belongs to this function. */
function read(file: string): Instructions {
  const sums = { total: 0, parsing: 0, compiling: 0, running: 0, collecting: 0 };
  const groups = Object.entries(GROUPS) as [keyof typeof GROUPS, RegExp][];
  let group: keyof typeof GROUPS | undefined;
  let isCounted = true;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('fn=')) {
      const name = line.slice('fn='.length);
      // V8 chooses the seed of its hashes by looking for primes, which takes a random number of steps.
      isCounted = !name.includes('sprp');
      group = groups.find(([, pattern]) => pattern.test(name))?.[0];
    } else if (isCounted && /^\d/.test(line)) {
      const millions = Number(line.split(' ')[1]) / 1e6;
      sums.total += millions;
      if (group) sums[group] += millions;
    }
  }
  return sums;
}
