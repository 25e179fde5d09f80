import { createLazyGateway } from './create-gateway.js';
import type { HasControl, Interfaces, TypesMissing } from './gateway.js';
import { installedPackages } from './loading/installed-packages.js';

export { control } from './create-gateway.js';
export type { Control, Interfaces, TypesMissing } from './gateway.js';

const names = [
  'cache',
  'logging',
  'security',
  'metrics',
  'singleton',
  'http',
  'utility',
  'initialization',
  'lambda',
  'circuitBreaker',
  'config',
  'debug',
  'store',
] as const;

type Untyped = {
  readonly [Name in Exclude<
    (typeof names)[number],
    keyof Interfaces
  >]: TypesMissing<`Add the package of "${Name}" as a development dependency and import its types: import type {} from '@suga/…'`>;
};

/** The gateway of `@suga/gateway/auto`. It has the types of every interface whose package is part of the compilation. */
export type AutoGateway = HasControl & Readonly<Interfaces> & Untyped;

/**
 * The ready-made gateway, for functions that have the layer attached or the packages installed. It requires `@suga/<name>` when that
 * interface is first used. `SUGA_INTERFACES="payments=@acme/suga-payments"` adds interfaces of other packages, or replaces ours.
 */
export const gateway: AutoGateway = createLazyGateway(installedPackages(names, process.env['SUGA_INTERFACES'])) as AutoGateway;
