import { DynamoDB } from '@aws-sdk/client-dynamodb';

/** A core of some 500 KB, as cores have that bring a client of the SDK along. */
export const make = (): DynamoDB => new DynamoDB({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
