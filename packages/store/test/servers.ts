import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import Module, { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer } from 'node:net';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';

const require = createRequire(import.meta.url);
const REDIS = '/usr/bin/redis-server';

export const hasRedis = existsSync(REDIS);
export const TABLE = 'values';

/** A DynamoDB on this machine, with a table as the store wants it. */
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
  await vi.waitFor(async () => {
    if ((await client.describeTable({ TableName: TABLE })).Table?.TableStatus !== 'ACTIVE') throw new Error('not yet');
  });
  const stop = async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, endpoint, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A Redis server on this machine. */
export async function redisServer(port?: number) {
  const at = port ?? (await freePort());
  const child: ChildProcess = spawn(REDIS, ['--bind', '127.0.0.1', '--port', String(at), '--save', ''], { stdio: 'ignore' });
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(at, '127.0.0.1', () => (socket.destroy(), resolve()));
        socket.on('error', reject);
      }),
    { timeout: 10_000 },
  );
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  return { url: `redis://127.0.0.1:${at}`, port: at, stop };
}

/** Does something in a function that has no packages of its own, also none that NODE_PATH leads to. */
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
