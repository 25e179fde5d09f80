import type { Lmms, LmmsOptions } from './contract.js';
import { LmmsMiddleware } from './lmms.js';

export type * from './contract.js';

/**
 * LMMS, the Lambda Memory Management System, as middleware: `createGateway(interfaces, { middleware: [lmms()] })`, or
 * `control(gateway).use(lmms())`. Loads in INIT what the settings and the learned profile say.
 * @throws `InvalidParams` that names the option or the variable; what loading a name in `preload` throws
 */
export const lmms = (options: LmmsOptions = {}): Lmms => new LmmsMiddleware(options);
