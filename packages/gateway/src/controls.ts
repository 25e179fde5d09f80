import { CONTROL, type Control, type HasControl } from './gateway.js';
import { errors } from './lazy.js';

/** Returns a gateway's controls. @param who The calling function, for the error message. @throws `InvalidParams` if the argument is not a gateway */
export function controlOf(gateway: HasControl | null | undefined, who: string): Control {
  const found = gateway?.[CONTROL];
  if (found) return found;
  throw errors().notAGateway(who, gateway);
}
