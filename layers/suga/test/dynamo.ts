import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { until } from '@suga/vitest/until';

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);

/** Starts DynamoDB on this machine with one table, whose key is a string. */
export async function startDynamo(table: string, key: string) {
  const server: Server = require('dynalite')({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' } };
  const client = new DynamoDB(settings);
  await client.createTable({
    TableName: table,
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  await until(async () => (await client.describeTable({ TableName: table })).Table?.TableStatus === 'ACTIVE');
  const close = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { settings, client, close, [Symbol.asyncDispose]: close };
}
