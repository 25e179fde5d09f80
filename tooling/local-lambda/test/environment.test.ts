import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { folder, payload, start } from './workbench.ts';

interface Environment {
  variables: Record<string, string>;
  execArgv: string[];
  cwd: string;
  gc: string;
  awslambda: string[];
}

const major = process.versions.node.split('.')[0];

beforeEach(() => {
  vi.stubEnv('NODE_OPTIONS', '--no-warnings');
  vi.stubEnv('npm_config_leak', 'yes');
  vi.stubEnv('AWS_PROFILE', 'mine');
  return () => vi.unstubAllEnvs();
});

test('the variables are Lambda’s, and nothing of ours', async () => {
  const fn = await start({ handler: 'index.environment', memory: 200, name: 'clean' });
  const { variables, cwd } = payload<Environment>(await fn.invoke({}));
  expect(Object.keys(variables).toSorted()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_GROUP_NAME',
    'AWS_LAMBDA_LOG_STREAM_NAME',
    'AWS_LAMBDA_RUNTIME_API',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_XRAY_CONTEXT_MISSING',
    'AWS_XRAY_DAEMON_ADDRESS',
    'LAMBDA_RUNTIME_DIR',
    'LAMBDA_TASK_ROOT',
    'LANG',
    'LD_LIBRARY_PATH',
    'NODE_PATH',
    'PATH',
    'TZ',
    '_AWS_XRAY_DAEMON_ADDRESS',
    '_AWS_XRAY_DAEMON_PORT',
    '_HANDLER',
    '_X_AMZN_TRACE_ID',
  ]);
  expect(variables).toMatchObject({
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${major}.x`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '200',
    AWS_LAMBDA_FUNCTION_NAME: 'clean',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: cwd,
    TZ: ':UTC',
    _HANDLER: 'index.environment',
  });
  expect(variables.AWS_LAMBDA_RUNTIME_API).toMatch(/^127\.0\.0\.1:\d+$/);
  // The function runs from a copy, so it cannot find the packages around its source.
  expect(cwd).toMatch(/\/suga-lambda-[^/]+\/var\/task$/);
});

test('NODE_PATH has the managed runtime’s order', async () => {
  const fn = await start({ handler: 'index.environment' });
  const { variables } = payload<Environment>(await fn.invoke({}));
  const [versioned = '', packages, ...rest] = (variables.NODE_PATH ?? '').split(':');
  const nodejs = dirname(dirname(versioned));
  expect(basename(dirname(nodejs))).toBe('opt');
  expect(versioned).toBe(`${nodejs}/node${major}/node_modules`);
  expect(packages).toBe(`${nodejs}/node_modules`);
  const runtime = variables.LAMBDA_RUNTIME_DIR;
  expect(rest).toEqual([`${runtime}/node_modules`, runtime, variables.LAMBDA_TASK_ROOT]);
});

test('another program runs Node, and writes what it has measured before it ends', async () => {
  const written = join(await folder(), 'written');
  const program = `
    const child = require('node:child_process').spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit' });
    child.on('exit', process.exit);
    process.on('SIGTERM', () => {
      require('node:fs').writeFileSync(process.argv[1], 'measured');
      process.exit();
    });
  `;
  const fn = await start({ handler: 'index.environment', under: [process.execPath, '--eval', program, '--', written] });
  const { execArgv } = payload<Environment>(await fn.invoke({}));
  expect(execArgv).toContain('--expose-gc');
  expect(existsSync(written)).toBe(false);
  await fn.restart();
  expect(readFileSync(written, 'utf8')).toBe('measured');
});

test('Node starts with Lambda’s flags', async () => {
  const fn = await start({ handler: 'index.environment', memory: 1024, nodeArguments: ['--stack-size=900'] });
  const { execArgv, gc, awslambda } = payload<Environment>(await fn.invoke({}));
  expect(execArgv).toEqual([
    '--expose-gc',
    '--max-http-header-size=81920',
    '--max-semi-space-size=51',
    '--max-old-space-size=921',
    '--no-experimental-require-module',
    '--no-experimental-detect-module',
    expect.stringMatching(/^--import=file:.*preload\.mjs\?folder=/),
    '--stack-size=900',
  ]);
  expect(gc).toBe('function');
  expect(awslambda.toSorted()).toEqual(['HttpResponseStream', 'InvokeStore', 'streamifyResponse']);
});

test('the user’s variables come on top, and heap flags in NODE_OPTIONS replace the computed ones', async () => {
  const environment = { TABLE: 'items', AWS_REGION: 'eu-central-1', NODE_OPTIONS: '--max-old-space-size=64' };
  const fn = await start({ handler: 'index.environment', environment });
  const { variables, execArgv } = payload<Environment>(await fn.invoke({}));
  expect(variables).toMatchObject(environment);
  expect(execArgv.join(' ')).not.toContain('space-size');
});
