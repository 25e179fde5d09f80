import { assertObject } from '@suga/gateway/check';

/** An object of options as it is. @throws `InvalidParams` for anything else */
export function parseOptions<T extends object>(options: T, name = 'options'): T {
  assertObject('utility', name, options);
  return options;
}
