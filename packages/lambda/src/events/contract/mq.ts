import type { Payload } from './payload.js';

/** A message of ActiveMQ as Lambda delivers it. */
export interface ActivemqRecord {
  readonly messageID: string;
  readonly messageType: 'jms/text-message' | 'jms/bytes-message';
  /** Data as base64, for both types. */
  readonly data: string;
  readonly destination: { readonly physicalName?: string; readonly physicalname?: string };
  readonly redelivered?: boolean;
  readonly correlationID?: string;
  /** The spelling in AWS's sample event. Real events have `correlationID`. */
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly timestamp?: number;
  readonly priority?: number;
  readonly expiration?: number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly brokerInTime?: number;
  readonly brokerOutTime?: number;
}

/** A message of an ActiveMQ queue. */
export interface MqMessage extends Payload {
  readonly id: string;
  readonly queue: string;
  /** The JMS type. Lambda delivers only these two. */
  readonly type: 'text' | 'bytes';
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
  /** Whether the broker has delivered it before. */
  readonly redelivered: boolean;
  /** Properties that the producer has set. */
  readonly properties: Readonly<Record<string, string>>;
  readonly record: ActivemqRecord;
}

/** Properties of a RabbitMQ message as Lambda delivers them. */
export interface RabbitmqProperties {
  readonly contentType?: string | null;
  readonly contentEncoding?: string | null;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly deliveryMode?: number | null;
  readonly priority?: number | null;
  readonly correlationId?: string | null;
  readonly replyTo?: string | null;
  readonly expiration?: string | null;
  readonly messageId?: string | null;
  readonly timestamp?: string | null;
  readonly type?: string | null;
  readonly userId?: string | null;
  readonly appId?: string | null;
  readonly clusterId?: string | null;
  readonly bodySize?: number | null;
}

/** A message of RabbitMQ as Lambda delivers it. */
export interface RabbitmqRecord {
  readonly basicProperties: RabbitmqProperties;
  readonly redelivered: boolean;
  /** Data as base64. */
  readonly data: string;
}

/** A message of a RabbitMQ queue. */
export interface RabbitmqMessage extends Payload {
  /** Id of the message. Undefined if the producer has not set one. */
  readonly id: string | undefined;
  readonly queue: string;
  readonly virtualHost: string;
  readonly contentType: string | undefined;
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
  /** Headers by name. Byte strings are decoded as UTF-8. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether the broker has delivered it before. */
  readonly redelivered: boolean;
  readonly record: RabbitmqRecord;
}
