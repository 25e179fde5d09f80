/** A function that creates a value at its first call and then returns the same value. If it throws, the next call tries again. */
export interface LazyValue<T> {
  (): T;
  readonly created: T | undefined;
}

export function lazyValue<T extends object>(create: () => T): LazyValue<T> {
  let created: T | undefined;
  const getOrCreate = (): T => (created ??= create());
  return Object.defineProperty(getOrCreate, 'created', { get: () => created }) as LazyValue<T>;
}
