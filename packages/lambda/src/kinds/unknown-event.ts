import { LambdaError } from '../errors.js';
import { isJsonObject } from '../json/json-object.js';
import { type EventKind, type OtherKind, sourceOf } from './event-kinds.js';

/** Descriptions of the kinds without a handler of their own, for messages. */
const names: Readonly<Record<OtherKind, string>> = {
  alarm: 'a CloudWatch alarm',
  alexa: 'Alexa',
  'appsync-authorizer': 'an AppSync API that calls its authorizer',
  cloudfront: 'CloudFront (Lambda@Edge)',
  codecommit: 'CodeCommit',
  codepipeline: 'CodePipeline',
  'config-rule': 'an AWS Config rule',
  connect: 'Amazon Connect',
  destination: 'a Lambda destination',
  'iot-authorizer': 'AWS IoT, which calls its authorizer',
  'iot-provisioning': "AWS IoT's fleet provisioning",
  lex: 'Amazon Lex',
  pipe: 'EventBridge Pipes (an array of records)',
  's3-object': 'S3 Object Lambda',
  ses: 'Amazon SES',
  transfer: 'AWS Transfer Family',
  'warm-up': 'a warm-up plugin',
};

const advice = 'To handle it, add events: { other: (event) => … } to the options of the handler.';

/** Creates the error for an event that would go to `events.other`, if that handler is missing. */
export function unknownEvent(kind: EventKind | undefined, event: unknown): LambdaError {
  const name = kind && (names as Readonly<Record<string, string | undefined>>)[kind];
  const what = name ? `This event comes from ${name}: ${describe(event)}.` : `This event is of an unknown kind: ${describe(event)}.`;
  return new LambdaError('UnknownEvent', `${what} ${advice}`);
}

/** Describes the shape of an event for a message, shortened. */
function describe(event: unknown): string {
  if (Array.isArray(event)) return `an array of ${event.length}`;
  if (!isJsonObject(event)) return event === null ? 'null' : `a ${typeof event}`;
  if (Array.isArray(event['Records'])) return `Records from ${list(new Set(event['Records'].map(sourceOf)))}`;
  return `an object with the keys ${list(Object.keys(event))}`;
}

function list(items: Iterable<unknown>): string {
  const all = [...items];
  const shown = all.slice(0, 8).map((item) => (typeof item === 'string' ? `"${item.length > 40 ? `${item.slice(0, 39)}…` : item}"` : 'nothing'));
  return `${shown.join(', ') || 'none'}${all.length > 8 ? ` and ${all.length - 8} more` : ''}`;
}
