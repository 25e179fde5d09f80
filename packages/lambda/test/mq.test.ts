import { createHandler, type EventHandlers, type MqMessage, type RabbitmqMessage } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { activemq, docdb, rabbitmq } from './events/answering.js';
import { context, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: object, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events })(event, context(remaining));

/** Lets the other queues continue. */
const turns = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) await new Promise(setImmediate);
};

describe('ActiveMQ', () => {
  it('passes text and bytes, decoded', async () => {
    const seen: MqMessage[] = [];
    const event = activemq([
      { id: 'a', data: '{"n":1}' },
      { id: 'b', data: Uint8Array.of(0, 255) },
    ]);
    expect(await run({ mq: (message) => void seen.push(message) }, event)).toBeUndefined();
    expect(seen[0]).toMatchObject({
      id: 'a',
      queue: 'orders',
      type: 'text',
      correlationId: undefined,
      replyTo: undefined,
      redelivered: false,
      properties: { colour: 'green' },
    });
    expect(seen[0]?.json()).toEqual({ n: 1 });
    expect([seen[1]?.type, seen[1]?.bytes()]).toEqual(['bytes', Buffer.from([0, 255])]);
  });

  it("reads the queue's name in both spellings", async () => {
    const [message] = (activemq([{ id: 'a', data: 'x' }]) as { messages: object[] }).messages;
    const event = { eventSource: 'aws:amq', messages: [{ ...message, destination: { physicalname: 'old' } }] };
    const queues: string[] = [];
    await run({ mq: ({ queue }) => void queues.push(queue) }, event);
    expect(queues).toEqual(['old']);
  });

  it('keeps the order of each queue, up to its first failure, which is thrown', async () => {
    const seen: string[] = [];
    const event = activemq([
      { id: 'a1', data: '', queue: 'a' },
      { id: 'b1', data: '', queue: 'b' },
      { id: 'a2', data: '', queue: 'a' },
      { id: 'a3', data: '', queue: 'a' },
      { id: 'b2', data: '', queue: 'b' },
    ]);
    const mq: EventHandlers['mq'] = async ({ id }) => {
      await turns(id === 'a1' ? 20 : 1);
      seen.push(id);
      if (id === 'a2') throw new Error('no a2');
    };
    await expect(run({ mq }, event)).rejects.toThrow('no a2');
    expect(seen).toEqual(['b1', 'b2', 'a1', 'a2']);
  });
});

describe('RabbitMQ', () => {
  it('passes queue and virtual host, headers and body', async () => {
    const seen: RabbitmqMessage[] = [];
    await run({ rabbitmq: (message) => void seen.push(message) }, rabbitmq({ 'orders::/': ['{"n":1}'], 'a::b::shop': ['x'], plain: ['y'] }));
    expect(seen.map(({ queue, virtualHost }) => [queue, virtualHost])).toEqual([
      ['orders', '/'],
      ['a::b', 'shop'],
      ['plain', '/'],
    ]);
    expect(seen[0]).toMatchObject({
      id: undefined,
      contentType: 'application/json',
      correlationId: undefined,
      redelivered: false,
      record: { basicProperties: { priority: 34 } },
    });
    expect(seen[0]?.json()).toEqual({ n: 1 });
    expect(JSON.parse(JSON.stringify(seen[0]?.headers))).toEqual({ name: 'Łódź', tries: 2, list: ['a', 1], table: { in: 'b' } });
  });

  it('keeps the order of each queue, up to its first failure, which is thrown', async () => {
    const { gateway, lines } = stage();
    const seen: string[] = [];
    const rabbit: EventHandlers['rabbitmq'] = (message) => {
      seen.push(message.text());
      if (message.text() === 'a1') throw new Error('no a1');
    };
    const handler = createHandler(gateway, { events: { rabbitmq: rabbit } });
    await expect(handler(rabbitmq({ 'a::/': ['a1', 'a2'], 'b::/': ['b1', 'b2'] }), context(60_000))).rejects.toThrow('no a1');
    expect(seen.toSorted()).toEqual(['a1', 'b1', 'b2']);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([{ extra: { record: 'a::/#0' } }]);
  });
});

describe('DocumentDB', () => {
  it('passes its changes in order', async () => {
    const seen: unknown[] = [];
    await run(
      { docdb: ({ operation, database, collection, key, document, update }) => void seen.push({ operation, database, collection, key, document, update }) },
      docdb('insert', 'update', 'delete'),
    );
    const key = { _id: { $oid: '63eeb6e7d418cd98afb1c1d7' } };
    const common = { database: 'shop', collection: 'devices', key };
    expect(seen).toEqual([
      { ...common, operation: 'insert', document: { ...key, colour: 'green' }, update: undefined },
      { ...common, operation: 'update', document: { ...key, colour: 'green' }, update: { updatedFields: { colour: 'green' }, removedFields: [] } },
      { ...common, operation: 'delete', document: undefined, update: undefined },
    ]);
  });

  it('stops at the first failure, which is thrown: Lambda delivers the batch again', async () => {
    const seen: string[] = [];
    const handle: EventHandlers['docdb'] = async ({ operation }) => {
      seen.push(operation);
      if (operation === 'update') throw new Error('no update');
    };
    await expect(run({ docdb: handle }, docdb('insert', 'update', 'delete'))).rejects.toThrow('no update');
    expect(seen).toEqual(['insert', 'update']);
  });

  it('treats the deadline as a failure', async () => {
    await expect(run({ docdb: () => new Promise(() => undefined) }, docdb('insert'), 200)).rejects.toMatchObject({ code: 'Deadline' });
    await expect(run({ mq: () => new Promise(() => undefined) }, activemq([{ id: 'a', data: '' }]), 200)).rejects.toMatchObject({ code: 'Deadline' });
  });
});
