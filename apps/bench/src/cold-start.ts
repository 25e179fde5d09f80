import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { type LocalFunction, type Report, startFunction } from '@suga/local-lambda';
import { type app, type HandlerName, handlersFolder, usesLayer } from './handlers.ts';
import type { Runtime } from './node.ts';

/** One cold start. `ms` is the sum of INIT and the first two calls, so that no cost can move from one to another. `rss` is in MB, after them. */
export interface ColdStart {
  readonly ms: number;
  readonly rss: number;
}

/** Differences from the default environment with 512 MB. */
export interface Setting {
  readonly memory?: number;
  /** Whether the CPU is limited according to the memory setting. */
  readonly limited?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** File and export. @default 'index.handler' */
  readonly handler?: string;
  /** A program that runs Node, with its arguments. */
  readonly under?: readonly string[];
  /** More arguments for Node. */
  readonly nodeArguments?: readonly string[];
}

const request = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/devices',
  rawQueryString: '',
  headers: { accept: 'application/json', host: 'home.example.com' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    http: { method: 'GET', path: '/devices', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'bench' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '21/Nov/2026:18:00:00 +0000',
    timeEpoch: 1_795_284_000_000,
  },
  isBase64Encoded: false,
};

/** Starts a handler under the runtime client in a new environment, calls it twice and stops it. */
export async function coldStart(node: Runtime, handler: HandlerName | typeof app, setting: Setting = {}): Promise<ColdStart> {
  const fn = await start(node, handler, setting);
  try {
    const first = await call(fn);
    const second = await call(fn);
    return { ms: (first.initDuration ?? 0) + first.duration + second.duration, rss: functionRss() };
  } finally {
    await fn.close();
  }
}

/** Calls these paths in turn, 1000 times. Returns the environment's RSS in MB, and the GB-seconds that AWS would bill. */
export async function thousand(
  node: Runtime,
  handler: HandlerName | typeof app,
  paths: readonly string[],
  setting: Setting = {},
): Promise<{ rss: number; gbSeconds: number }> {
  const fn = await start(node, handler, setting);
  try {
    let billed = 0;
    for (let index = 0; index < 1000; index++) billed += (await call(fn, paths[index % paths.length])).billedDuration;
    return { rss: functionRss(), gbSeconds: (billed / 1000) * ((setting.memory ?? 512) / 1024) };
  } finally {
    await fn.close();
  }
}

/** Starts a handler under the runtime client. The time limits are long, because a program under which it runs may slow it down a lot. */
export function start(node: Runtime, name: HandlerName | typeof app, setting: Setting = {}): Promise<LocalFunction> {
  const { memory = 512, limited = false, environment = {}, handler = 'index.handler', under = [], nodeArguments = [] } = setting;
  return startFunction({
    name,
    taskRoot: join(handlersFolder, name),
    handler,
    node: node.path,
    timeout: 900_000,
    initTimeout: 900_000,
    under,
    nodeArguments,
    memory,
    cpu: limited ? 'as-memory' : 'unlimited',
    environment,
    ...(usesLayer(name) && { layers: [layerFolder] }),
  });
}

/** Calls the handler as API Gateway does, and checks its answer. */
export async function call(fn: LocalFunction, path = '/devices'): Promise<Report> {
  const result = await fn.invoke({ ...request, rawPath: path });
  const answer = result.status === 'success' ? (result.payload as { statusCode: number; body: string }) : undefined;
  if (answer?.statusCode !== 200 || (path === '/devices' && !answer.body.includes('lamp-hall')))
    throw new Error(`${fn.name} responded with an unexpected result: ${JSON.stringify(result)}`);
  return result.report;
}

/** Returns the RSS of the function's process, in MB. It is the only child of this process that runs AWS's client; esbuild's service is another child. */
function functionRss(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const [child, more] = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('aws-lambda-ric'));
  if (!child || more) throw new Error('Expected exactly one process of a function.');
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
