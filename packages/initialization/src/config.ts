import { memorySizeMb } from '@suga/gateway/memory';
import type { EnvironmentInfo } from './contract.js';

/** What the environment says of itself: the one file of this package that reads it. */
export function environment(): EnvironmentInfo {
  const { env, version, arch } = process;
  return {
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    region: env['AWS_REGION'],
    memoryMb: memorySizeMb(),
    initializationType: env['AWS_LAMBDA_INITIALIZATION_TYPE'],
    maxConcurrency: Number(env['AWS_LAMBDA_MAX_CONCURRENCY']) || 1,
    nodeVersion: version.slice(1),
    architecture: arch,
  };
}
