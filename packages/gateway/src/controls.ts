import { CONTROL, type Control, type Controlled } from './gateway.js';
import { faults } from './lazy.js';

/** A gateway's controls. @param who Asks for them. @throws `InvalidParams` for what is no gateway */
export function controlOf(gateway: Controlled | null | undefined, who: string): Control {
  const found = gateway?.[CONTROL];
  if (found) return found;
  throw faults().notAGateway(who, gateway);
}
