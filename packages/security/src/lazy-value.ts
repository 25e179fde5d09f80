/** A function that makes something at its first call, and what it has made. A failure is not kept. */
export interface Once<T> {
  (): T;
  readonly made: T | undefined;
}

export function once<T extends object>(make: () => T): Once<T> {
  let made: T | undefined;
  const get = (): T => (made ??= make());
  return Object.defineProperty(get, 'made', { get: () => made }) as Once<T>;
}
