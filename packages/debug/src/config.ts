import { toBoolean } from '@suga/gateway/settings';

/** Reserved variables that Lambda sets itself and that contain no secrets. */
const LAMBDA = [
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_REGION',
  '_HANDLER',
];

/** Whether `SUGA_DEBUG` switches diagnostics on. */
export const wanted = (): boolean => toBoolean(process.env['SUGA_DEBUG'] ?? '') === true;

/** Returns Lambda's variables about the function. */
export const lambda = (): Readonly<Record<string, string>> =>
  Object.fromEntries(LAMBDA.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** Returns Node's flags, from the command line and `NODE_OPTIONS`. A value may be a path or a secret, so it is included only if it is a number. */
export const flags = (): readonly string[] =>
  [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
    .filter((flag) => /^--?[a-z]/i.test(flag))
    .map((flag) => flag.replace(/=(?!\d+(\.\d+)?$).*/s, ''));
