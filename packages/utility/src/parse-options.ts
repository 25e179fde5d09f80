import { assertObject } from '@suga/gateway/check';

/** Returns an object of options unchanged. @throws `InvalidParams` for any other value */
export function parseOptions<T extends object>(options: T, name = 'options'): T {
  assertObject('utility', name, options);
  return options;
}
