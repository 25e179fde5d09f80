import type { DynamoDBRecord, KinesisStreamRecord, S3EventRecord, SNSEventRecord, SQSRecord } from 'aws-lambda';
import { parseJson } from '../../json/json.js';
import type { DynamodbChange, KinesisRecord, S3Change, SnsMessage, SqsMessage } from '../contract/records.js';
import { decodeKey } from './object-key.js';
import { toPayload } from './payload.js';

export const toSqsMessage = (record: SQSRecord): SqsMessage => ({
  id: record.messageId,
  body: record.body,
  groupId: record.attributes?.MessageGroupId,
  receiveCount: Number(record.attributes?.ApproximateReceiveCount ?? 1),
  record,
  json: <T>() => parseJson(record.body) as T,
});

export const toSnsMessage = (record: SNSEventRecord): SnsMessage => ({
  id: record.Sns.MessageId,
  topic: record.Sns.TopicArn,
  subject: record.Sns.Subject ?? undefined,
  body: record.Sns.Message,
  record,
  json: <T>() => parseJson(record.Sns.Message) as T,
});

export const toS3Change = (record: S3EventRecord): S3Change => ({
  name: record.eventName,
  bucket: record.s3.bucket.name,
  key: decodeKey(record.s3.object.key),
  size: record.s3.object.size,
  record,
});

export const toDynamodbChange = (record: DynamoDBRecord): DynamodbChange => ({
  name: record.eventName as DynamodbChange['name'],
  sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
  keys: record.dynamodb?.Keys,
  before: record.dynamodb?.OldImage,
  after: record.dynamodb?.NewImage,
  record,
});

export const toKinesisRecord = (record: KinesisStreamRecord): KinesisRecord => {
  const { data, partitionKey, sequenceNumber } = record.kinesis;
  return { partitionKey, sequenceNumber, record, ...toPayload(data) };
};
