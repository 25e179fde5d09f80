import { type Counted, counted } from './access.ts';
import { Answer, type Call, escaped, Fault } from './server.ts';

/** A fake SNS and the messages that were published. */
export interface FakeSns extends Counted {
  readonly published: { readonly topic: string; readonly subject: string; readonly message: string }[];
  /** Subscriptions by topic: `email:me@example.com`. */
  readonly topics: Map<string, string[]>;
}

const ARN = 'arn:aws:sns:eu-west-1:123456789012:';

/** `CreateTopic`, `Subscribe` and `Publish`, within AWS's limits. */
export function sns(...names: readonly string[]): FakeSns {
  const topics: FakeSns['topics'] = new Map(names.map((name) => [ARN + name, []]));
  const published: FakeSns['published'] = [];
  return counted(
    {
      'sns.CreateTopic': ['sns:CreateTopic', (call) => createTopic(topics, call)],
      'sns.Subscribe': ['sns:Subscribe', (call) => subscribe(topics, call)],
      'sns.Publish': ['sns:Publish', (call) => publish(topics, published, call)],
    },
    { topics, published },
  );
}

function createTopic(topics: FakeSns['topics'], { input }: Call): Answer {
  const name = String(input['Name']);
  if (!/^[\w-]{1,256}$/.test(name)) throw new Fault('InvalidParameter', 'Invalid parameter: Topic Name');
  topics.set(ARN + name, topics.get(ARN + name) ?? []);
  return xml('CreateTopic', 'TopicArn', ARN + name);
}

function subscribe(topics: FakeSns['topics'], { input }: Call): Answer {
  find(topics, input).push(`${input['Protocol']}:${input['Endpoint']}`);
  return xml('Subscribe', 'SubscriptionArn', 'pending confirmation');
}

function publish(topics: FakeSns['topics'], published: FakeSns['published'], { input }: Call): Answer {
  find(topics, input);
  const [subject, message] = [String(input['Subject'] ?? ''), String(input['Message'] ?? '')];
  if (!/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw new Fault('InvalidParameter', 'Invalid parameter: Subject');
  if (message === '' || Buffer.byteLength(message) > 262_144) throw new Fault('InvalidParameter', 'Invalid parameter: Message too long');
  published.push({ topic: String(input['TopicArn']), subject, message });
  return xml('Publish', 'MessageId', '1');
}

function find(topics: FakeSns['topics'], input: Call['input']): string[] {
  const found = topics.get(String(input['TopicArn']));
  if (found) return found;
  throw new Fault('NotFound', 'Topic does not exist', 404);
}

function xml(operation: string, name: string, value: string): Answer {
  const result = `<${operation}Result><${name}>${escaped(value)}</${name}></${operation}Result>`;
  const body = `<${operation}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}<ResponseMetadata/></${operation}Response>`;
  return new Answer(body, { 'content-type': 'text/xml' });
}
