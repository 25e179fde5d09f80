import type { SingletonOptions } from './contract.js';

/** By its option, else in its own way. */
export function disposeOf(value: unknown, { dispose }: SingletonOptions): unknown {
  if (dispose) return dispose(value);
  const own = value as { [Symbol.dispose]?(): unknown; [Symbol.asyncDispose]?(): unknown } | null | undefined;
  return own?.[Symbol.asyncDispose]?.() ?? own?.[Symbol.dispose]?.();
}

/** For disposals that nobody waits for, and nobody can be told of. */
export async function attempt(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // Who asked for it has gone on, or never was.
  }
}

/** What was made, or `undefined` where making it failed: who asked for it has been told. */
export async function settled(value: unknown): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await value };
  } catch {
    return undefined;
  }
}
