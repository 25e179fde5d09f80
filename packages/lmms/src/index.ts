import type { Lmms, LmmsOptions } from './contract.js';
import { LmmsMiddleware } from './lmms.js';

export type * from './contract.js';

/**
 * Creates the middleware LMMS, the Lambda Memory Management System, for one gateway:
 * `createGateway(interfaces, { middleware: [lmms()] })`, or `control(gateway).use(lmms())`. When it is attached, it loads the interfaces
 * that the settings and the learned profile name.
 * @throws `InvalidParams`, with the option or variable. Attaching it throws the errors of interfaces in `preload` that cannot be loaded.
 */
export const lmms = (options: LmmsOptions = {}): Lmms => new LmmsMiddleware(options);
