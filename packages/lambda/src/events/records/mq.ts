import type { Call } from '../../invocation/contract.js';
import type { ActivemqRecord, MqMessage, RabbitmqMessage, RabbitmqRecord } from '../contract/mq.js';
import type { Handle } from '../contract/runner.js';
import { groupBy, runOrThrow } from './batch.js';
import { toPayload } from './payload.js';

/** Handles messages of ActiveMQ. Queues run concurrently, each in order. */
export function runMq(call: Call, handle: Handle): Promise<void> {
  const { messages } = call.event as { readonly messages: readonly ActivemqRecord[] };
  const groups = groupBy(messages, queueOf);
  return runOrThrow({ groups, handle: (record) => handle(toMqMessage(record)), nameOf: ({ messageID }) => messageID }, call);
}

const queueOf = ({ destination }: ActivemqRecord): string => destination?.physicalName ?? destination?.physicalname ?? '';

const toMqMessage = (record: ActivemqRecord): MqMessage => ({
  id: record.messageID,
  queue: queueOf(record),
  type: record.messageType === 'jms/bytes-message' ? 'bytes' : 'text',
  correlationId: record.correlationID || record.correlationId || undefined,
  replyTo: record.replyTo && record.replyTo !== 'null' ? record.replyTo : undefined,
  redelivered: record.redelivered === true,
  properties: record.properties ?? {},
  record,
  ...toPayload(record.data ?? ''),
});

/** Handles messages of RabbitMQ. Queues run concurrently, each in order. */
export function runRabbitmq(call: Call, handle: Handle): Promise<void> {
  const { rmqMessagesByQueue } = call.event as { readonly rmqMessagesByQueue: Readonly<Record<string, readonly RabbitmqRecord[]>> };
  const queues = Object.entries(rmqMessagesByQueue).filter(([, records]) => Array.isArray(records));
  const groups = queues.map(([key, records]) => records.map((record, at) => ({ name: `${key}#${at}`, message: toRabbitmqMessage(key, record) })));
  return runOrThrow({ groups, handle: ({ message }) => handle(message), nameOf: ({ name, message }) => message.id ?? name }, call);
}

/** @param key name of the queue and of its virtual host: `orders::/` */
function toRabbitmqMessage(key: string, record: RabbitmqRecord): RabbitmqMessage {
  const end = key.lastIndexOf('::');
  const properties = record.basicProperties ?? {};
  return {
    id: properties.messageId ?? undefined,
    queue: end < 0 ? key : key.slice(0, end),
    virtualHost: end < 0 ? '/' : key.slice(end + 2),
    contentType: properties.contentType ?? undefined,
    correlationId: properties.correlationId ?? undefined,
    replyTo: properties.replyTo ?? undefined,
    headers: toHeaders(properties.headers ?? {}),
    redelivered: record.redelivered === true,
    record,
    ...toPayload(record.data ?? ''),
  };
}

function toHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) all[name] = toHeader(value);
  return all;
}

/** Decodes a header value. Strings arrive as signed bytes, also within arrays and tables. Other values stay as they are. */
function toHeader(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toHeader);
  const { bytes } = value as { readonly bytes?: unknown };
  return Array.isArray(bytes) ? Buffer.from(bytes).toString('utf8') : toHeaders(value as Readonly<Record<string, unknown>>);
}
