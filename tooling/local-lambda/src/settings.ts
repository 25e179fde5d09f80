import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FunctionOptions } from './contract.ts';
import { LocalLambdaError } from './errors.ts';

/** Validated options, with all defaults filled in. */
export interface Settings extends Required<Omit<FunctionOptions, 'onLog'>> {
  readonly log: (line: string) => void;
  /** Major version and full version of `node`. */
  readonly nodeVersion: { readonly major: number; readonly full: string };
  /** Whether the function runs as on Lambda Managed Instances: several invocations at once. */
  readonly managed: boolean;
}

// Lambda also reserves region and credentials. They may be set here, because a local function may call local services.
const reserved = [
  /^(_HANDLER|_X_AMZN_TRACE_ID|_LAMBDA_.*|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|AWS_EXECUTION_ENV)$/,
  /^AWS_LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LOG_(GROUP|STREAM)_NAME|INITIALIZATION_TYPE|RUNTIME_API|MAX_CONCURRENCY)$/,
];
const oldestNode = [22, 15] as const;

/** Fills in the defaults and validates the options. An error names the option. */
export async function toSettings(options: FunctionOptions): Promise<Settings> {
  const { concurrency = 1, timeout = 3000, memory = 128, node = process.execPath, environment = {} } = options;
  const { cpu = 'unlimited', layers = [], nodeArguments = [], under = [], name = 'local-function', workers = 1, onLog } = options;
  const managed = concurrency > 1;
  const initTimeout = options.initTimeout ?? (managed ? Math.max(130_000, timeout) : 10_000);
  checkText({ name, handler: options.handler, cpu });
  checkInteger('memory', memory, 128, 10_240);
  checkInteger('timeout', timeout, 1, 900_000);
  checkInteger('initTimeout', initTimeout, 1, 900_000);
  checkInteger('concurrency', concurrency, 1, 1000);
  checkInteger('workers', workers, 1, 128);
  if (workers > 1 && !managed) refuse('workers', 'above 1 needs `concurrency` above 1 (Managed Instances)');
  checkEnvironment(environment);
  const taskRoot = await toFolder('taskRoot', options.taskRoot);
  return {
    ...{ name, handler: options.handler, taskRoot, memory, timeout, initTimeout, environment },
    ...{ concurrency, workers, managed, cpu, node, nodeArguments, under },
    layers: await Promise.all(layers.map(toLayer)),
    nodeVersion: await readNodeVersion(node),
    log: onLog ?? (() => {}),
  };
}

function refuse(option: string, problem: string, cause?: unknown): never {
  throw new LocalLambdaError('invalid-option', `${option}: ${problem}.`, { cause });
}

function checkText({ name, handler, cpu }: { name: string; handler: string; cpu: string }): void {
  if (!/^[\w-]{1,64}$/.test(name)) refuse('name', `"${name}" is not a function name; use up to 64 letters, digits, "-" and "_"`);
  if (typeof handler !== 'string' || !/^[^.]+\.[^.].*$/.test(handler.slice(handler.lastIndexOf('/') + 1)) || handler.includes('..')) {
    refuse('handler', `"${handler}" does not name a file and an export; write it like "index.handler" for export \`handler\` of index.js`);
  }
  if (cpu !== 'unlimited' && cpu !== 'as-memory') refuse('cpu', `"${cpu}" is unknown; choose "unlimited" or "as-memory"`);
}

/** Checks an integer option of a function or of one invocation. */
export function checkInteger(option: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) refuse(option, `${value} is not an integer from ${min} to ${max}`);
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (reserved.some((names) => names.test(name))) refuse('environment', `${name} is reserved, because Lambda sets it; remove it`);
    if (typeof value !== 'string') refuse('environment', `${name} is not a string; environment variables are strings`);
  }
}

async function toFolder(option: string, path: string): Promise<string> {
  if (typeof path !== 'string' || path === '') refuse(option, 'is missing; give the path of a folder');
  const found = await stat(path).catch((error: unknown) => refuse(option, `there is no folder ${path}`, error));
  if (!found.isDirectory()) refuse(option, `${path} is a file; give an (unzipped) folder`);
  return resolve(path);
}

async function toLayer(path: string, index: number): Promise<string> {
  const folder = await toFolder(`layers[${index}]`, path);
  await toFolder(`layers[${index}] (its nodejs folder, where Lambda looks for packages)`, join(folder, 'nodejs'));
  return folder;
}

async function readNodeVersion(node: string): Promise<Settings['nodeVersion']> {
  const full = node === process.execPath ? process.versions.node : await askNodeVersion(node);
  const [major = 0, minor = 0] = full.split('.').map(Number);
  if (!(major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]))) {
    refuse('node', `${node} is Node ${full}; AWS's runtime client needs ${oldestNode.join('.')} or later, set \`node\` to such a binary`);
  }
  return { major, full };
}

async function askNodeVersion(node: string): Promise<string> {
  const { stdout } = await promisify(execFile)(node, ['--version']).catch((error: unknown) => refuse('node', `cannot run ${node}`, error));
  return stdout.trim().replace(/^v/, '');
}
