import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import '@suga/vitest/patience';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { until } from '@suga/vitest/until';
import { vi } from 'vitest';

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
export const TABLE = 'ftpms';

/** Starts DynamoDB on this machine with the table, and sets the environment of a function that uses it. */
export async function dynamo(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server: Server = require('dynalite')({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDB({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await client.createTable({
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  await until(async () => {
    if ((await client.describeTable({ TableName: TABLE })).Table?.TableStatus !== 'ACTIVE') throw new Error('The table does not exist yet.');
  });
  client.destroy();
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Sets the environment variables that Lambda sets: endpoints, the function's name and its memory. */
export function inLambda(port: number): void {
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '128');
}
