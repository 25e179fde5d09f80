import { paramError, SugaError } from '@suga/gateway/errors';
import type { Setting } from '@suga/gateway/settings';

/** Names the option and the environment variable of a setting. */
export const setting = (option: string, variable: string): Setting => ({ where: 'ftpms', option, variable });

/** Returns the name of the option or of the variable: the one that the value came from. */
export const at = (option: string, value: unknown, variable: string): string => (value === undefined ? variable : option);

/** Creates the error for an invalid value, or for one that is not set. It shows the value, because settings of this package are not secrets. */
export function invalidSetting(param: string, value: unknown, expected: string): SugaError {
  if (value !== undefined) {
    const got = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value === 'object' && value !== null ? typeof value : String(value);
    return paramError('ftpms', { param, expected, got });
  }
  const issues = [{ param, problem: 'missing', expected, got: 'nothing' }] as const;
  return new SugaError('InvalidParams', `ftpms: ${param} is not set: give ${expected}.`, { issues });
}
