import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Settings } from './settings.ts';

/** The locations of this environment's parts. */
interface Places {
  /** Replaces `/opt`. */
  readonly opt: string;
  /** Replaces `/var/task`. */
  readonly task: string;
  /** Replaces `/var/runtime`. */
  readonly runtime: string;
  /** `host:port` of the Runtime API. */
  readonly api: string;
}

/** Returns all environment variables of the function's process. None come from this process's own environment. */
export function toVariables(settings: Settings, places: Places): Record<string, string> {
  return {
    ...platform(settings, places),
    ...identity(settings),
    ...(settings.managed
      ? { AWS_LAMBDA_MAX_CONCURRENCY: String(settings.concurrency), AWS_LAMBDA_NODEJS_WORKER_COUNT: String(settings.workers) }
      : { _LAMBDA_TELEMETRY_LOG_FD: '3' }),
    ...settings.environment,
  };
}

function platform({ handler, node, nodeVersion }: Settings, { opt, task, runtime, api }: Places): Record<string, string> {
  const packages = [join(opt, 'nodejs', `node${nodeVersion.major}`, 'node_modules'), join(opt, 'nodejs', 'node_modules')];
  return {
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: task,
    LAMBDA_RUNTIME_DIR: runtime,
    _HANDLER: handler,
    NODE_PATH: [...packages, join(runtime, 'node_modules'), runtime, task].join(':'),
    PATH: [dirname(node), '/usr/local/bin', '/usr/bin/', '/bin', join(opt, 'bin')].join(':'),
    LD_LIBRARY_PATH: [task, join(task, 'lib'), join(opt, 'lib')].join(':'),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

function identity({ name, memory, nodeVersion, managed }: Settings): Record<string, string> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${nodeVersion.major}.x`,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    // Invented, but with the shape of real credentials: an SDK client can sign with them, and AWS rejects them.
    AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: managed ? 'lambda-managed-instances' : 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${randomBytes(16).toString('hex')}`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129',
    _AWS_XRAY_DAEMON_PORT: '2000',
  };
}
