import { memorySizeMb } from '@suga/gateway/memory';
import type { EnvironmentInfo } from './contract.js';

/** Reads facts about the execution environment. No other file of this package reads environment variables. */
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
