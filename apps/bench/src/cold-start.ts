import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { type LocalFunction, startFunction } from '@suga/local-lambda';
import { type HandlerName, handlersFolder } from './handlers.ts';
import type { Runtime } from './node.ts';

/** One cold start: INIT and the first two calls together, in ms, so that nothing can hide in one of them; and what it holds then, in MB. */
export interface ColdStart {
  readonly ms: number;
  readonly rss: number;
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

/** Starts a handler under the runtime client in an environment of its own, calls it twice and takes it down. */
export async function coldStart(node: Runtime, handler: HandlerName): Promise<ColdStart> {
  const fn = await startFunction({
    name: handler,
    taskRoot: join(handlersFolder, handler),
    handler: 'index.handler',
    node: node.path,
    memory: 512,
    ...(handler === 'ours' && { layers: [layerFolder] }),
  });
  try {
    const first = await call(fn);
    const second = await call(fn);
    return { ms: (first.initDuration ?? 0) + first.duration + second.duration, rss: childRss() };
  } finally {
    await fn.close();
  }
}

async function call(fn: LocalFunction): Promise<{ readonly duration: number; readonly initDuration?: number }> {
  const result = await fn.invoke(request);
  const answer = result.status === 'success' ? (result.payload as { statusCode: number; body: string }) : undefined;
  if (answer?.statusCode !== 200 || !answer.body.includes('lamp-hall')) throw new Error(`${fn.name} answered ${JSON.stringify(result)}`);
  return result.report;
}

/** What the one child process of this one holds, in MB. */
function childRss(): number {
  const [child, more] = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  if (!child || more) throw new Error('Expected exactly one child process.');
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
