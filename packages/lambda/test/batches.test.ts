import { type Control, control, type Scope } from '@suga/gateway';
import { createHandler, type EventHandlers, type HandlerOptions } from '@suga/lambda';
import { ownClock } from '@suga/vitest/clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activemq, channel, docdb, firehose, rabbitmq, resolver, s3Batch } from './events/answering.js';
import { dynamodb, kafka, kinesis, s3, s3Test, sns, sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: unknown, remaining = 900_000): Promise<unknown> =>
  createHandler(stage().gateway, { events })(event, context(remaining));
const failures = (...ids: readonly string[]): object => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const refuse =
  (...ids: readonly string[]) =>
  ({ id }: { readonly id: string }): void => {
    if (ids.includes(id)) throw new Error(`no ${id}`);
  };

describe('a standard queue', () => {
  const three = sqs([{ id: 'a', group: 'g' }, { id: 'b', group: 'g' }, { id: 'c' }]);

  it('has its failures reported one by one', async () => {
    expect(await run({ sqs: () => undefined }, three)).toEqual(failures());
    expect(await run({ sqs: refuse('b') }, three)).toEqual(failures('b'));
    expect(await run({ sqs: ({ id }) => Promise.reject(new Error(id)) }, three)).toEqual(failures('a', 'b', 'c'));
  });

  it('is handled concurrently, also a fair queue with groups', async () => {
    let active = 0;
    let most = 0;
    await run(
      {
        sqs: async () => {
          most = Math.max(most, ++active);
          await sleep(5);
          active--;
        },
      },
      three,
    );
    expect(most).toBe(3);
  });

  it('passes messages that are decoded on demand', async () => {
    const seen: unknown[] = [];
    const event = sqs([
      { id: 'a', body: '{"n":1,"__proto__":{"x":1}}', group: 'g' },
      { id: 'b', body: 'text' },
    ]);
    expect(
      await run(
        {
          sqs: (message, invocation) =>
            void seen.push(message.body, message.json(), message.groupId, message.receiveCount, message.record.messageId, invocation.source),
        },
        event,
      ),
    ).toEqual(failures('b'));
    expect(seen).toEqual(['{"n":1,"__proto__":{"x":1}}', { n: 1 }, 'g', 1, 'a', 'sqs']);
  });

  it('logs failures with the id of the message', async () => {
    const { gateway, lines } = stage();
    await createHandler(gateway, { events: { sqs: refuse('b') } })(three, context());
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'Record failed',
        extra: expect.objectContaining({ record: 'b', source: 'sqs', error: expect.any(Error), errorId: expect.any(String) }),
      },
    ]);
  });

  it('fails as a whole if a failed message has no id', async () => {
    await expect(
      run(
        {
          sqs: () => {
            throw new Error('no');
          },
        },
        { Records: [{ eventSource: 'aws:sqs' }] },
      ),
    ).rejects.toMatchObject({ code: 'BadRecord' });
  });
});

describe('a FIFO queue', () => {
  it('keeps the order within each group, and reports a failure with all messages after it', async () => {
    const order: string[] = [];
    const event = sqs(
      [
        { id: 'a1', group: 'a' },
        { id: 'b1', group: 'b' },
        { id: 'a2', group: 'a' },
        { id: 'b2', group: 'b' },
        { id: 'a3', group: 'a' },
      ],
      { fifo: true },
    );
    const result = await run(
      {
        sqs: async ({ id }) => {
          for (let turn = 0; turn < (id === 'a1' ? 20 : 1); turn++) await new Promise(setImmediate);
          order.push(id);
          if (id === 'a2') throw new Error('no');
        },
      },
      event,
    );
    expect(result).toEqual(failures('a2', 'a3'));
    expect(order).toEqual(['b1', 'b2', 'a1', 'a2']);
  });

  it('does so for arbitrary groups and failures', async () => {
    const message = fc.record({ group: fc.constantFrom('x', 'y', 'z'), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
        const event = sqs(
          messages.map(({ group }, at) => ({ id: String(at), group })),
          { fifo: true },
        );
        const seen: number[] = [];
        const result = await run(
          {
            sqs: async ({ id }) => {
              seen.push(Number(id));
              await undefined;
              if (messages[Number(id)]?.fails) throw new Error('no');
            },
          },
          event,
        );
        const broken = new Set<string>();
        const expected = messages.flatMap(({ group, fails }, at) => ((fails || broken.has(group)) && broken.add(group) ? [String(at)] : []));
        expect(result).toEqual(failures(...expected));
        for (const group of ['x', 'y', 'z']) {
          const own = seen.filter((at) => messages[at]?.group === group);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('streams', () => {
  it('are handled in order up to the first failure, which is reported', async () => {
    const seen: string[] = [];
    const event = kinesis(['1', '2', '3'].map((sequence) => ({ sequence, data: `d${sequence}` })));
    expect(
      await run(
        {
          kinesis: async (record) => {
            await sleep(5 - Number(record.sequenceNumber));
            seen.push(record.text());
          },
        },
        event,
      ),
    ).toEqual(failures());
    expect(seen).toEqual(['d1', 'd2', 'd3']);
    seen.length = 0;
    expect(
      await run(
        {
          kinesis: ({ sequenceNumber }) => {
            seen.push(sequenceNumber);
            if (sequenceNumber === '2') throw new Error('no');
          },
        },
        event,
      ),
    ).toEqual(failures('2'));
    expect(seen).toEqual(['1', '2']);
    expect(
      await run(
        {
          dynamodb: () => {
            throw new Error('no');
          },
        },
        dynamodb('7', '8'),
      ),
    ).toEqual(failures('7'));
  });

  it('are passed decoded', async () => {
    await run(
      {
        kinesis: (record) => {
          expect(record).toMatchObject({ partitionKey: 'p', sequenceNumber: '1' });
          expect(record.json()).toEqual({ a: 1 });
          expect(record.bytes()).toEqual(Buffer.from('{"a":1}'));
          expect(record.record.eventID).toBe('shardId-000000000000:1');
        },
      },
      kinesis([{ sequence: '1', data: '{"a":1}' }]),
    ).then((result) => expect(result).toEqual(failures()));
    await run(
      {
        dynamodb: (change) =>
          expect(change).toMatchObject({
            name: 'MODIFY',
            sequenceNumber: '5',
            keys: { id: { S: '5' } },
            before: { n: { N: '1' } },
            after: { n: { N: '2' } },
            record: { eventID: 'e-5' },
          }),
      },
      dynamodb('5'),
    ).then((result) => expect(result).toEqual(failures()));
  });
});

describe('Kafka', () => {
  it('handles partitions concurrently, each in order, and throws a failure when all have ended', async () => {
    const seen: string[] = [];
    const event = kafka([
      { offset: 0, value: 'a' },
      { offset: 1, value: 'b' },
      { partition: 1, offset: 9, value: 'c' },
      { topic: 'other', offset: 3, value: 'd' },
    ]);
    const handle: EventHandlers['kafka'] = async (record) => {
      await sleep(record.offset === 0 ? 10 : 1);
      seen.push(`${record.topic}-${record.partition}@${record.offset}=${record.text()}`);
    };
    expect(await run({ kafka: handle }, event)).toBeUndefined();
    expect(seen.indexOf('clicks-0@0=a')).toBeLessThan(seen.indexOf('clicks-0@1=b'));
    expect(seen).toHaveLength(4);
    seen.length = 0;
    await expect(
      run(
        {
          kafka: async (record, invocation) => {
            if (record.partition === 1) throw new Error('no');
            await handle(record, invocation);
          },
        },
        event,
      ),
    ).rejects.toThrow('no');
    expect(seen).toHaveLength(3);
  });

  it('reports failed records, and those after them in their partition, if the option is set', async () => {
    const event = kafka([
      { offset: 4, value: 'a' },
      { offset: 5, value: 'bad' },
      { offset: 6, value: 'c' },
      { partition: 1, offset: 9, value: 'd' },
      { topic: 'a-b', partition: 2, offset: 0, value: 'bad' },
    ]);
    const handle: EventHandlers['kafka'] = (record) => {
      if (record.text() === 'bad') throw new Error('no');
    };
    const report = (options: HandlerOptions, remaining = 60_000): Promise<unknown> => createHandler(stage().gateway, options)(event, context(remaining));
    const named = (partition: string, offset: number): object => ({ itemIdentifier: { partition, offset } });
    expect(await report({ reportKafkaFailures: true, events: { kafka: handle } })).toEqual({
      batchItemFailures: [named('clicks-0', 5), named('clicks-0', 6), named('a-b-2', 0)],
    });
    expect(await report({ reportKafkaFailures: true, events: { kafka: () => undefined } })).toEqual({ batchItemFailures: [] });
    const slow: EventHandlers['kafka'] = ({ offset }) => (offset === 9 ? new Promise(() => undefined) : undefined);
    expect(await report({ reportKafkaFailures: true, events: { kafka: slow } }, 400)).toEqual({ batchItemFailures: [named('clicks-1', 9)] });
    for (const reportKafkaFailures of [false, undefined])
      await expect(report({ reportKafkaFailures, events: { kafka: handle } } as HandlerOptions)).rejects.toThrow('no');
    expect(() => createHandler(stage().gateway, { reportKafkaFailures: 'yes' as never })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
  });

  it('passes records decoded, with tombstones marked', async () => {
    const seen: unknown[] = [];
    expect(await run({ kafka: (record) => record.text() }, kafka([{ offset: 0, value: 'v' }], 'aws:SelfManagedKafka'))).toBeUndefined();
    await run(
      { kafka: (record) => void seen.push([record.key, record.tombstone, record.text(), { ...record.headers }, record.bytes().length]) },
      kafka(
        [
          { offset: 0, key: 'k', value: '{}' },
          { offset: 1, value: null },
          { offset: 2, value: '' },
        ],
        'SelfManagedKafka',
      ),
    );
    expect(seen).toEqual([
      ['k', false, '{}', { lang: 'de' }, 2],
      [undefined, true, '', { lang: 'de' }, 0],
      [undefined, false, '', { lang: 'de' }, 0],
    ]);
  });
});

describe('SNS and S3', () => {
  it('are passed decoded, and their failures are thrown', async () => {
    const seen: unknown[] = [];
    expect(
      await run(
        { sns: (message) => void seen.push(message.id, message.topic, message.subject, message.body, message.json(), message.record.EventVersion) },
        sns('{"a":1}'),
      ),
    ).toBeUndefined();
    expect(seen).toEqual(['n-1', 'arn:aws:sns:eu-central-1:111122223333:news', undefined, '{"a":1}', { a: 1 }, '1.0']);
    await expect(
      run({ sns: () => Promise.reject() }, sns('m')).then(
        () => 'lost',
        () => 'rejected',
      ),
    ).resolves.toBe('rejected');
    await expect(run({ sns: (message) => message.json() }, sns('no json', 'subject'))).rejects.toThrow(SyntaxError);
    const keys: unknown[] = [];
    await run(
      { s3: ({ name, bucket, key, size, record }) => void keys.push([name, bucket, key, size, record.s3.object.eTag]) },
      s3('a+b/c%2Bd%C3%A9', 'plain'),
    );
    expect(keys).toEqual([
      ['ObjectCreated:Put', 'pictures', 'a b/c+dé', 12, 'e'],
      ['ObjectCreated:Put', 'pictures', 'plain', 12, 'e'],
    ]);
    for (const key of ['100%', '%E4', 'a%zz'])
      await expect(run({ s3: () => undefined }, s3('ok', key))).rejects.toMatchObject({
        name: 'LambdaError',
        code: 'BadRecord',
        message: expect.stringContaining(JSON.stringify(key)),
        cause: expect.any(URIError),
      });
    await expect(run({ s3: () => undefined }, s3(undefined as never))).rejects.toMatchObject({ code: 'BadRecord' });
    await expect(
      run(
        {
          s3: ({ key }) => {
            if (key === 'b') throw new TypeError('no b');
          },
        },
        s3('a', 'b'),
      ),
    ).rejects.toThrow('no b');
    expect(await run({}, s3Test())).toBeUndefined();
  });
});

describe('near the deadline', () => {
  it('handled records count, and the rest is reported', async () => {
    const clock = ownClock();
    const event = sqs([{ id: 'quick' }, { id: 'slow' }, { id: 'stops' }]);
    const running = run(
      {
        sqs: ({ id }, { signal }) =>
          id === 'quick'
            ? undefined
            : id === 'slow'
              ? sleep(5_000)
              : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
      event,
      200,
    );
    expect(await clock.pass(200, running)).toEqual(failures('slow', 'stops'));
  });

  it('no further record is started', async () => {
    const clock = ownClock();
    const seen: string[] = [];
    const event = kinesis(['1', '2', '3'].map((sequence) => ({ sequence, data: '' })));
    const handle: EventHandlers['kinesis'] = async ({ sequenceNumber }) => {
      seen.push(sequenceNumber);
      if (sequenceNumber === '2') await sleep(480);
    };
    expect(await clock.pass(800, run({ kinesis: handle }, event, 800))).toEqual(failures('3'));
    expect(seen).toEqual(['1', '2']);
    const two = kafka([
      { offset: 0, value: '' },
      { offset: 1, value: '' },
    ]);
    await expect(clock.pass(800, run({ kafka: () => sleep(480) }, two, 800))).rejects.toMatchObject({ code: 'Deadline' });
    await expect(clock.pass(100, run({ sns: () => sleep(5_000) }, sns('m'), 100))).rejects.toMatchObject({ code: 'Deadline' });
  });
});

describe('every record', () => {
  const message = (MessageId: string): object => ({ ...(sns(MessageId) as { Records: object[] }).Records[0], Sns: { MessageId, Message: MessageId } });
  const two: Readonly<Record<string, object>> = {
    sqs: sqs([{ id: 'a' }, { id: 'b' }]),
    'sqs, one group': sqs(
      [
        { id: 'a', group: 'g' },
        { id: 'b', group: 'g' },
      ],
      { fifo: true },
    ),
    sns: { Records: [message('a'), message('b')] },
    s3: s3('a', 'b'),
    dynamodb: dynamodb('1', '2'),
    kinesis: kinesis([
      { sequence: '1', data: 'a' },
      { sequence: '2', data: 'b' },
    ]),
    kafka: kafka([
      { offset: 1, value: 'a' },
      { offset: 2, value: 'b' },
      { offset: 1, value: 'c', partition: 1 },
    ]),
    mq: activemq([
      { id: 'a', data: 'a' },
      { id: 'b', data: 'b' },
    ]),
    rabbitmq: rabbitmq({ 'orders::/': ['a', 'b'] }),
    docdb: docdb('insert', 'delete'),
    firehose: firehose([
      { id: 'a', data: 'a' },
      { id: 'b', data: 'b' },
    ]),
    s3Batch: s3Batch([
      { id: 'a', key: 'a' },
      { id: 'b', key: 'b' },
    ]),
    appsync: [resolver('Post.author'), resolver('Post.author')],
    appsyncEvents: channel('PUBLISH', '/chat/room', ['a', 'b']),
  };
  const routes: Readonly<Record<string, string>> = { appsync: 'Post.author', appsyncEvents: 'PUBLISH /chat/room' };

  it.each(Object.keys(two))('is a scope of its own within its invocation: %s', async (name) => {
    const { gateway } = stage();
    const controls = control(gateway);
    const seen: (readonly [scope: Scope | undefined, invocation: unknown])[] = [];
    const handle = async (_: unknown, invocation: unknown): Promise<void> => {
      const before = controls.scope();
      await sleep(1);
      expect(controls.scope()).toBe(before);
      seen.push([before, invocation]);
    };
    const kind = name.split(',', 1)[0] as string;
    const route = routes[kind];
    await createHandler(gateway, { events: { [kind]: route ? { [route]: handle } : handle } })(two[name], context());
    expect(seen).toHaveLength(kind === 'kafka' ? 3 : 2);
    expect(new Set(seen.map(([scope]) => scope)).size).toBe(seen.length);
    for (const [scope, invocation] of seen) {
      expect(scope).toEqual({ invocation, parent: invocation });
      expect(controls.hasEnded(scope as Scope)).toBe(true);
    }
  });

  it('has its failure logged in its own scope, and failures of the whole batch in that of the invocation', async () => {
    const { gateway } = stage();
    const controls = control(gateway);
    const scopes = new Map<string, Scope | undefined>();
    (controls as Control).override('logging', 'error', (original) => (text, extra) => {
      scopes.set(text as string, controls.scope());
      return original(text, extra);
    });
    let failing: Scope | undefined;
    const handle = async ({ id }: { readonly id: string }): Promise<void> => {
      if (id === 'hangs') await new Promise(() => undefined);
      failing = controls.scope();
      throw new Error('no');
    };
    await createHandler(gateway, { events: { sqs: handle }, deadlineMargin: 40 })(sqs([{ id: 'a' }, { id: 'hangs' }]), context(80));
    expect(scopes.get('Record failed')).toBe(failing);
    const whole = scopes.get('Batch not finished') as Scope;
    expect(whole).not.toHaveProperty('parent');
    expect((failing as { readonly invocation?: unknown }).invocation).toBe(whole);
  });
});
