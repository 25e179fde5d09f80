import { createLazyGateway } from './create-gateway.js';
import type { Controlled, Interfaces, TypesMissing } from './gateway.js';
import { installed } from './loading/installed-packages.js';

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

/** The gateway of `@suga/gateway/auto`. Typed for each interface whose package is part of the compilation. */
export type AutoGateway = Controlled & Readonly<Interfaces> & Untyped;

/**
 * The ready-made gateway, for functions that have the layer attached or the packages installed.
 * Looks for `@suga/<name>` when that interface is first used and touches no other;
 * `SUGA_INTERFACES="payments=@acme/suga-payments"` adds interfaces of others, or puts them in place of ours.
 */
export const gateway: AutoGateway = createLazyGateway(installed(names, process.env['SUGA_INTERFACES'])) as AutoGateway;
