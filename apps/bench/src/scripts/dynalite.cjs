// Starts DynamoDB on a free port, with the table `values`, and prints the port.
const { DynamoDB } = require('@aws-sdk/client-dynamodb');
const server = require('dynalite')({ createTableMs: 0 });

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const client = new DynamoDB({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await client.createTable({
    TableName: 'values',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  for (let status; status !== 'ACTIVE'; ) status = (await client.describeTable({ TableName: 'values' })).Table.TableStatus;
  client.destroy();
  console.log(port);
});
