import { invalidParam, type SugaError } from '@suga/gateway/errors';

/** An `InvalidParams` of this interface. */
export const invalid = (param: string, value: unknown, expected: string): SugaError => invalidParam('metrics', param, value, expected);
