/** Events other than HTTP requests, after AWS's documentation. */

const account = '123456789012';
const region = 'eu-west-1';

/** An EventBridge rule with a schedule. */
export const schedule = (): object => ({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: '2026-11-21T16:30:00Z',
  region,
  resources: [`arn:aws:events:${region}:${account}:rule/lights-at-dusk`],
  detail: {},
});

/** A custom event of the home on EventBridge. */
export const motion = (detected: boolean): object => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'Motion Detected',
  source: 'home.sensors',
  account,
  time: '2026-11-21T16:31:12Z',
  region,
  resources: [],
  detail: { sensor: 'hall', motion: detected },
});

/** Messages of a standard queue. */
export const queue = (...bodies: readonly unknown[]): object => ({
  Records: bodies.map((body, index) => ({
    messageId: `059f36b4-87a3-44ab-83d2-66197555000${index}`,
    receiptHandle: `AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795284000000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795284000100',
    },
    messageAttributes: {},
    md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${region}:${account}:home-commands`,
    awsRegion: region,
  })),
});

/** A notification of a topic. */
export const notification = (message: string): object => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `arn:aws:sns:${region}:${account}:home-alarms:21be56ed-a058-49f5-8c98-aedd2564c486`,
      Sns: {
        Type: 'Notification',
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        TopicArn: `arn:aws:sns:${region}:${account}:home-alarms`,
        Subject: 'Alarm',
        Message: message,
        Timestamp: '2026-11-21T16:32:00.000Z',
        SignatureVersion: '1',
        Signature: 'EXAMPLE',
        SigningCertUrl: 'EXAMPLE',
        UnsubscribeUrl: 'EXAMPLE',
        MessageAttributes: {},
      },
    },
  ],
});

/** A direct invocation of one operation. */
export const direct = (interfaceName: string, operation: string, params: object = {}): object => ({ interface: interfaceName, operation, params });
