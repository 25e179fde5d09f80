import { assertArray, assertBoolean, assertFunction, assertNumber, assertObject, assertOneOf, assertString } from '@suga/gateway/check';
import type { Complete } from '@suga/gateway/options';
import { writeLine } from '@suga/gateway/output';
import type { Family, MetricsOptions } from './contract.js';
import { assertDimensionCount, assertDimensions, assertNamespace, toName } from './validation.js';

/** All settings, with defaults filled in. The function's name is a dimension of `ColdStart`. */
export type Settings = Complete<MetricsOptions> & { readonly functionName: string };

const FAMILIES: readonly Family[] = ['operation', 'error', 'cache', 'api', 'response', 'http', 'circuit'];

/**
 * Validates the options and adds values from environment variables.
 *
 * If a variable contains a name that CloudWatch would reject, the name is changed and reported to `warn`, because a variable must not
 * prevent the interface from loading. @throws `InvalidParams` for an option
 */
export function resolveSettings(options: MetricsOptions, warn: (message: string) => void): Settings {
  assertObject('metrics', 'options', options);
  const { env } = process;
  const functionName = toName(env['AWS_LAMBDA_FUNCTION_NAME'] || 'unknown', false);
  const changed: string[] = [];
  const toUsable = (name: string, isNamespace: boolean): string => {
    const valid = toName(name, isNamespace);
    if (valid !== name) changed.push(`${JSON.stringify(name.slice(0, 100))} became ${JSON.stringify(valid.slice(0, 100))}`);
    return valid;
  };
  const service = options.service ?? toUsable(env['SERVICE_NAME'] || env['POWERTOOLS_SERVICE_NAME'] || env['AWS_LAMBDA_FUNCTION_NAME'] || 'unknown', false);
  assertString('metrics', 'service', service);
  const namespace = options.namespace ?? toUsable(env['METRICS_NAMESPACE'] || env['POWERTOOLS_METRICS_NAMESPACE'] || service, true);
  if (changed.length > 0) warn(`metrics: CloudWatch does not accept these names: ${changed.join(', ')}. Set "service" and "namespace", or their variables.`);
  const { dimensions = { service }, limit = 10, declared = [], overflow = 'fold', coldStart = false, publish = [], write = writeLine } = options;
  assertNamespace(namespace);
  assertDimensions('dimensions', dimensions);
  if (assertBoolean('metrics', 'coldStart', coldStart)) assertDimensionCount({ ...dimensions, function_name: functionName });
  assertNumber('metrics', 'limit', limit, { min: 0 });
  assertOneOf('metrics', 'overflow', overflow, ['fold', 'refuse']);
  assertFunction('metrics', 'write', write);
  for (const each of assertArray('metrics', 'declared', declared)) assertObject('metrics', 'declared', each);
  for (const family of assertArray('metrics', 'publish', publish)) assertOneOf('metrics', 'publish', family, FAMILIES);
  return { service, namespace, dimensions, limit, declared, overflow, coldStart, publish, write, functionName };
}
