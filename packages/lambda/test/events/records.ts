const arn = (service: string, name: string): string => `arn:aws:${service}:eu-central-1:111122223333:${name}`;
const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');

/** An SQS event. Each message has an id and a body, and for a FIFO queue a group. */
export const sqs = (
  messages: readonly { readonly id: string; readonly body?: string; readonly group?: string }[],
  { fifo = false }: { readonly fifo?: boolean } = {},
): object => ({
  Records: messages.map(({ id, body = '{}', group }) => ({
    messageId: id,
    receiptHandle: `handle-${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1763000000000',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '1763000000001',
      ...(group !== undefined && { MessageGroupId: group }),
    },
    messageAttributes: {},
    md5OfBody: '00000000000000000000000000000000',
    eventSource: 'aws:sqs',
    eventSourceARN: arn('sqs', fifo ? 'orders.fifo' : 'orders'),
    awsRegion: 'eu-central-1',
  })),
});

export const sns = (message: string, subject?: string): object => ({
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: arn('sns', 'news:1'),
      EventSource: 'aws:sns',
      Sns: {
        Type: 'Notification',
        MessageId: 'n-1',
        TopicArn: arn('sns', 'news'),
        Subject: subject ?? null,
        Message: message,
        Timestamp: '2026-11-20T08:00:00.000Z',
        MessageAttributes: {},
      },
    },
  ],
});

export const s3 = (...keys: readonly string[]): object => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-central-1',
    eventTime: '2026-11-20T08:00:00.000Z',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'AWS:me' },
    requestParameters: { sourceIPAddress: '192.0.2.10' },
    responseElements: {},
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'all',
      bucket: { name: 'pictures', ownerIdentity: { principalId: 'me' }, arn: 'arn:aws:s3:::pictures' },
      object: { key, size: 12, eTag: 'e', sequencer: '0' },
    },
  })),
});

export const s3Test = (): object => ({
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-11-20T08:00:00.000Z',
  Bucket: 'pictures',
  RequestId: 'r',
  HostId: 'h',
});

export const dynamodb = (...sequenceNumbers: readonly string[]): object => ({
  Records: sequenceNumbers.map((SequenceNumber) => ({
    eventID: `e-${SequenceNumber}`,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      Keys: { id: { S: SequenceNumber } },
      OldImage: { n: { N: '1' } },
      NewImage: { n: { N: '2' } },
      SequenceNumber,
      SizeBytes: 20,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: arn('dynamodb', 'table/devices/stream/2026-11-20T08:00:00.000'),
  })),
});

export const kinesis = (records: readonly { readonly sequence: string; readonly data: string | Uint8Array }[]): object => ({
  Records: records.map(({ sequence, data }) => ({
    kinesis: { kinesisSchemaVersion: '1.0', partitionKey: 'p', sequenceNumber: sequence, data: base64(data), approximateArrivalTimestamp: 1_763_000_000.5 },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: arn('iam', 'role/f'),
    awsRegion: 'eu-central-1',
    eventSourceARN: arn('kinesis', 'stream/clicks'),
  })),
});

export interface KafkaGiven {
  readonly topic?: string;
  readonly partition?: number;
  readonly offset: number;
  readonly value: string | null;
  readonly key?: string;
}

export const kafka = (records: readonly KafkaGiven[], eventSource: 'aws:kafka' | 'SelfManagedKafka' | 'aws:SelfManagedKafka' = 'aws:kafka'): object => {
  const byPartition: Record<string, object[]> = {};
  for (const { topic = 'clicks', partition = 0, offset, value, key } of records) {
    (byPartition[`${topic}-${partition}`] ??= []).push({
      topic,
      partition,
      offset,
      timestamp: 1_763_000_000_000,
      timestampType: 'CREATE_TIME',
      ...(key !== undefined && { key: base64(key) }),
      ...(value !== null && { value: base64(value) }),
      headers: [{ lang: [100, 101] }],
    });
  }
  return {
    eventSource,
    bootstrapServers: 'b-1.example.com:9092',
    ...(eventSource === 'aws:kafka' && { eventSourceArn: arn('kafka', 'cluster/c/1') }),
    records: byPartition,
  };
};
