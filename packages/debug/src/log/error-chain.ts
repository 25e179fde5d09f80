import { toBoundedText } from '../bounded-copy.js';
import type { ExceptionTrace } from '../log-contract.js';

const CAUSES = 5;
const STACK = 4_000;

/** Converts any thrown value and its causes. Getters that throw are skipped, and a circle of causes ends. */
export function toErrorChain(error: unknown): readonly ExceptionTrace[] {
  const seen = new Set<unknown>();
  const traces: ExceptionTrace[] = [];
  for (let next = error; traces.length < CAUSES && !seen.has(next) && (next !== undefined || traces.length === 0); next = read(next, 'cause')) {
    seen.add(next);
    traces.push(traceOf(next));
  }
  return traces;
}

function traceOf(error: unknown): ExceptionTrace {
  const [name, message, code, stack] = ['name', 'message', 'code', 'stack'].map((key) => read(error, key));
  return {
    name: typeof name === 'string' ? toBoundedText(name, 100) : typeof error,
    message: typeof message === 'string' ? toBoundedText(message) : toBoundedText(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code: toBoundedText(code, 100) }),
    ...(typeof stack === 'string' && { stack: toBoundedText(stack, STACK) }),
  };
}

function read(from: unknown, key: string): unknown {
  try {
    return typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}
