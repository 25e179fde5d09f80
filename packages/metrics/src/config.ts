import { writeLine } from '@suga/gateway/output';
import { assertDimensions, assertNamespace } from './checked.js';
import type { Family, MetricsOptions } from './contract.js';
import { invalid } from './invalid.js';

/** The settings, complete; the function's name is a dimension of the cold start. */
export type Settings = Required<MetricsOptions> & { readonly functionName: string };

const FAMILIES: readonly Family[] = ['operation', 'error', 'cache', 'api', 'response', 'http', 'circuit'];

/** Options, completed from the environment. @throws `InvalidParams` */
export function settings(options: MetricsOptions): Settings {
  const { env } = process;
  const functionName = env['AWS_LAMBDA_FUNCTION_NAME'] || 'unknown';
  const service = options.service ?? (env['SERVICE_NAME'] || env['POWERTOOLS_SERVICE_NAME'] || functionName);
  const namespace = options.namespace ?? (env['METRICS_NAMESPACE'] || env['POWERTOOLS_METRICS_NAMESPACE'] || service);
  const { dimensions = { service }, limit = 10, declared = [], overflow = 'fold', coldStart = false, publish = [], write = writeLine } = options;
  assertNamespace(namespace);
  assertDimensions('dimensions', dimensions);
  if (typeof limit !== 'number' || !(limit >= 0)) throw invalid('limit', limit, 'a number from 0');
  if (overflow !== 'fold' && overflow !== 'refuse') throw invalid('overflow', overflow, '"fold" or "refuse"');
  for (const family of publish) if (!FAMILIES.includes(family)) throw invalid('publish', family, `of ${FAMILIES}`);
  return { service, namespace, dimensions, limit, declared, overflow, coldStart, publish, write, functionName };
}
