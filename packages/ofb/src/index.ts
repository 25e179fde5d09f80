import type { Ofb, OfbOptions } from './contract.js';
import { OfbMiddleware } from './ofb.js';

export type * from './contract.js';

/**
 * Creates the OFB middleware (Operation Fusion & Batching): `createGateway(interfaces, { middleware: [ofb(), …] })`.
 *
 * Put it first. The first middleware in the list is the innermost, so all others see single calls and not batches. With `ftpms()` the
 * order is `[ofb(), ftpms(), …]`.
 * @throws `InvalidParams` that names the option or the variable
 */
export const ofb = (options: OfbOptions = {}): Ofb => new OfbMiddleware(options);
