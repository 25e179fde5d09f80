import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import Module, { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { until } from '@suga/vitest/until';
import { vi } from 'vitest';

const require = createRequire(import.meta.url);
const REDIS = '/usr/bin/redis-server';

export const hasRedis = existsSync(REDIS);
export const TABLE = 'values';

/** A DynamoDB on this machine, with a table that has the schema of the store. */
export async function dynamo(options: object = {}) {
  const server: Server = require('dynalite')({ createTableMs: 0, ...options });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDB({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  await client.createTable({
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await until(async () => {
    if ((await client.describeTable({ TableName: TABLE })).Table?.TableStatus !== 'ACTIVE') throw new Error('not yet');
  });
  const stop = async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, endpoint, stop };
}

/** A port on which nothing listens: it is reserved for the system, so no test may open it. */
export const CLOSED_PORT = 1;

/** A port below the range that the system assigns: a server can come back to it, and no other connection takes it in the meantime. */
const somePort = (): number => 10_000 + Math.floor(Math.random() * 20_000);

/** A Redis server on this machine. */
export async function redisServer(port?: number) {
  for (;;) {
    const at = port ?? somePort();
    const child = spawn(REDIS, ['--bind', '127.0.0.1', '--port', String(at), '--save', ''], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise<false>((resolve) => child.once('exit', () => resolve(false)));
    const isReady = await Promise.race([ended, said(child, 'Ready to accept connections')]);
    const stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    if (isReady) return { url: `redis://127.0.0.1:${at}`, port: at, stop };
    if (port !== undefined) throw new Error(`redis-server ended; is something else on port ${port}?`);
  }
}

/** Waits until a program has printed some words. Its later output is read and discarded. */
async function said(child: ChildProcess, words: string): Promise<true> {
  let text = '';
  await new Promise<void>((resolve) => child.stdout?.on('data', (data) => (text = text.slice(-10_000) + data).includes(words) && resolve()));
  return true;
}

/** Runs work in a function that has no packages of its own, and none in NODE_PATH. */
export async function withoutPackages<T>(work: () => Promise<T>): Promise<T> {
  const { _initPaths: again } = Module as unknown as { _initPaths(): void };
  vi.stubEnv('LAMBDA_TASK_ROOT', '/');
  vi.stubEnv('NODE_PATH', '');
  again();
  try {
    return await work();
  } finally {
    vi.unstubAllEnvs();
    again();
  }
}
