import { DynamoDB } from '@aws-sdk/client-dynamodb';

/** A core of some 500 KB, the size of cores that include a client of the SDK. */
export const make = (): DynamoDB => new DynamoDB({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
