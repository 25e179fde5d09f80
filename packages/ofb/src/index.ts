import type { Ofb, OfbOptions } from './contract.js';
import { OfbMiddleware } from './ofb.js';

export type * from './contract.js';

/**
 * OFB, Operation Fusion & Batching, as middleware: `createGateway(interfaces, { middleware: [ofb(), …] })`. Put it first: the first is the
 * innermost, so that the others see every call, and not only those that are left.
 * @throws `InvalidParams` that names the option or the variable
 */
export const ofb = (options: OfbOptions = {}): Ofb => new OfbMiddleware(options);
