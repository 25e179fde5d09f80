import type { SingletonOptions } from './contract.js';

/** Disposes of a value by its option `dispose`, else by its own method. */
export function disposeOf(value: unknown, { dispose }: SingletonOptions): unknown {
  if (dispose) return dispose(value);
  const own = value as { [Symbol.dispose]?(): unknown; [Symbol.asyncDispose]?(): unknown } | null | undefined;
  return own?.[Symbol.asyncDispose]?.() ?? own?.[Symbol.dispose]?.();
}

/** Runs a disposal that no caller waits for, so that its error cannot be reported. */
export async function attempt(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // No caller waits for this disposal.
  }
}

/** Waits for a value. Resolves to `undefined` if creating it failed, because its callers already got the error. */
export async function settled(value: unknown): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await value };
  } catch {
    return undefined;
  }
}
