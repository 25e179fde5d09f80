/** A function that makes something at its first call, and what it has made. A failure is not kept. */
export interface LazyValue<T> {
  (): T;
  readonly created: T | undefined;
}

export function lazyValue<T extends object>(create: () => T): LazyValue<T> {
  let created: T | undefined;
  const getOrCreate = (): T => (created ??= create());
  return Object.defineProperty(getOrCreate, 'created', { get: () => created }) as LazyValue<T>;
}
