import { invalidParam } from '@suga/gateway/errors';

/** An object of options as it is. @throws `InvalidParams` for anything else */
export function parseOptions<T extends object>(options: T, name = 'options'): T {
  if (typeof options !== 'object' || options === null) throw invalidParam('utility', name, options, 'an object');
  return options;
}
