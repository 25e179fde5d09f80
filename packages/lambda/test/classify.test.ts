import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { classify, createHandler, type EventKind } from '@suga/lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rareRules } from '../src/kinds/rare-kinds.ts';
import {
  activemq,
  agentApi,
  agentFunction,
  amplify,
  channel,
  customResource,
  docdb,
  firehose,
  rabbitmq,
  resolver,
  rotation,
  s3Batch,
  windowed,
} from './events/answering.js';
import { httpKinds, requests } from './events/http.js';
import { authorizers, cognito, direct, eventbridge, logs, schedule, websocket } from './events/others.js';
import { dynamodb, kafka, kinesis, s3, s3Test, sns, sqs } from './events/records.js';
import { others, unknown } from './events/rest.js';
import { context, stage } from './test-gateway.js';

const samples: readonly (readonly [EventKind, unknown])[] = [
  ...httpKinds.map((kind) => [kind, requests[kind]({ path: '/a', query: [['q', '1']], body: 'x', method: 'POST' })] as const),
  ...Object.entries(authorizers).map(([kind, make]) => [kind as EventKind, make()] as const),
  ['cognito', cognito()],
  ['direct', direct('cache', 'get', { key: 'k' })],
  ['direct', direct('cache', 'clear')],
  ['dynamodb', dynamodb('1')],
  ['eventbridge', eventbridge()],
  ['kafka', kafka([{ offset: 0, value: 'v' }])],
  ['kafka', kafka([{ offset: 0, value: 'v' }], 'SelfManagedKafka')],
  ['kafka', kafka([{ offset: 0, value: 'v' }], 'aws:SelfManagedKafka')],
  ['kinesis', kinesis([{ sequence: '1', data: 'd' }])],
  ['logs', logs('m')],
  ['s3', s3('k')],
  ['s3-test', s3Test()],
  ['schedule', schedule()],
  ['schedule', schedule('aws.scheduler')],
  ['sns', sns('m')],
  ['sqs', sqs([{ id: '1' }])],
  ['websocket', websocket('$connect')],
  ['websocket', websocket('$disconnect')],
  ['websocket', websocket('$default', 'hi')],
  // An event as a simulator sends it, with the fields of a REST API's request.
  ['websocket', { ...websocket('$connect'), httpMethod: 'GET', path: '/', resource: '/', headers: {}, multiValueHeaders: {} }],
  ['websocket', { ...websocket('$default', 'hi'), httpMethod: 'POST', path: '/prod' }],
  ['websocket', { ...websocket('$disconnect'), version: '2.0', rawPath: '/' }],
  ['alb', { ...requests.alb({}), multiValueHeaders: {} }],
  ['alb', { ...requests.alb({}), headers: {}, multiValueHeaders: {} }],
  ['alb', { ...requests.alb({}), multiValueHeaders: null }],
  ['alb-multi', { ...requests['alb-multi']({}), headers: {} }],
  ['alb-multi', { ...requests['alb-multi']({}), headers: null, multiValueHeaders: {} }],
];

const answering: readonly (readonly [EventKind, unknown])[] = [
  ['appsync', resolver('Query.getPost', { id: '1' })],
  ['appsync', resolver('Post.related', {}, { id: '1' })],
  ['appsync', [resolver('Post.related', {}, { id: '1' }), resolver('Post.related', {}, { id: '2' })]],
  ['appsync', amplify('Query', 'getPost', { id: '1' })],
  ['appsync-events', channel('PUBLISH', '/chat/lobby', [1])],
  ['appsync-events', channel('SUBSCRIBE', '/chat/*')],
  ['bedrock', agentApi('GET', '/claims/{id}', { id: ['string', '7'] })],
  ['bedrock', agentApi('POST', '/claims', {}, { amount: ['number', '7'] })],
  ['bedrock', agentFunction('getWeather')],
  ['custom-resource', customResource('Create')],
  ['custom-resource', customResource('Update')],
  ['custom-resource', customResource('Delete', '...')],
  ['docdb', docdb('insert')],
  ['firehose', firehose([{ id: '1', data: 'a' }])],
  ['firehose', firehose([{ id: '1', data: 'a', key: 'k' }], 'kinesis')],
  ['firehose', firehose([{ id: '1', data: 'a' }], 'msk')],
  ['mq', activemq([{ id: '1', data: 'a' }])],
  ['mq', activemq([{ id: '1', data: 'a' }], 'aws:amq')],
  ['rabbitmq', rabbitmq({ 'orders::/': ['a'] })],
  ...['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step) => ['rotation', rotation(step)] as const),
  ['rotation', rotation('createSecret', { RotationToken: 't' })],
  ['s3-batch', s3Batch([{ id: '1', key: 'k' }], '1.0')],
  ['s3-batch', s3Batch([{ id: '1', key: 'k' }], '2.0')],
];
const streamsWithWindows: readonly (readonly [EventKind, unknown])[] = [
  ['kinesis', windowed(kinesis([{ sequence: '1', data: 'd' }]))],
  ['kinesis', windowed({ Records: [] }, { final: true })],
  ['dynamodb', windowed(dynamodb('1'), { service: 'dynamodb' })],
  ['dynamodb', windowed({ Records: [] }, { final: true, service: 'dynamodb' })],
];
const withoutHandler = Object.entries(others).flatMap(([kind, events]) => events.map((event): readonly [EventKind, unknown] => [kind as EventKind, event]));
const everything = [...samples, ...answering, ...streamsWithWindows, ...withoutHandler];

describe('classify', () => {
  it.each([...answering, ...streamsWithWindows, ...withoutHandler])('recognises %s, a rare kind', (kind, event) => {
    expect(classify(event)).toBe(kind);
    expect(classify(JSON.parse(JSON.stringify(event)))).toBe(kind);
  });

  it('never takes one kind for another', () => {
    for (const [kind, event] of everything) {
      if (Array.isArray(event)) continue;
      const fitting = rareRules.flatMap(([each, fits]) => (fits(event as Readonly<Record<string, unknown>>) ? [each] : []));
      expect(fitting, JSON.stringify(event)).toEqual(rareRules.some(([each]) => each === kind) ? [kind] : []);
    }
  });

  it('is not misled by further keys or by their order', () => {
    const further = fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...everything.filter(([kind, event]) => !Array.isArray(event) && kind !== 'direct')), further, ([kind, event], more) => {
        expect(classify({ ...more, ...(event as object) })).toBe(kind);
        expect(classify(Object.fromEntries(Object.entries({ ...(event as object), ...more }).reverse()))).toBe(kind);
      }),
      { numRuns: 500 },
    );
  });

  it('does not recognise events that have no mark of a service', () => {
    for (const event of unknown) expect(classify(event), JSON.stringify(event)).toBeUndefined();
  });

  it.each(samples)('recognises %s', (kind, event) => {
    expect(classify(event)).toBe(kind);
    expect(classify(JSON.parse(JSON.stringify(event)))).toBe(kind);
  });

  it('does not guess', () => {
    const mixed = { Records: [...(sqs([{ id: '1' }]) as { Records: object[] }).Records, ...(sns('m') as { Records: object[] }).Records] };
    const hostile = [
      null,
      undefined,
      0,
      '',
      'Records',
      true,
      [],
      [{}],
      {},
      mixed,
      { Records: [] },
      { Records: {} },
      { Records: [null] },
      { Records: [{ eventSource: 'aws:mq' }] },
      JSON.parse('{"__proto__":{"Records":[{"eventSource":"aws:sqs"}]}}'),
      { requestContext: null, version: '2.0' },
      { interface: 'a', operation: 'b', extra: 1 },
      { interface: 'a' },
      { version: '2.0', rawPath: '/', requestContext: {} },
      { httpMethod: 'GET', path: '/' },
      { records: [], eventSource: 'aws:kafka' },
      { records: {}, eventSource: 'aws:aws:SelfManagedKafka' },
      { records: {}, eventSource: 'kafka' },
      { records: {} },
      { awslogs: {} },
      { type: 'TOKEN' },
    ];
    for (const event of hostile) expect(classify(event)).toBeUndefined();
  });

  it('never throws for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        classify(event);
      }),
      { numRuns: 2_000 },
    );
    const names = [
      'Records',
      'requestContext',
      'version',
      'rawPath',
      'httpMethod',
      'path',
      'type',
      'methodArn',
      'awslogs',
      'eventSource',
      'records',
      'interface',
      'operation',
      'params',
      'detail',
      'detail-type',
      'source',
      'elb',
      'http',
      ...[
        'arguments',
        'info',
        'agent',
        'messageVersion',
        'actionGroup',
        'RequestType',
        'invocationId',
        'tasks',
        'messages',
        'events',
        'window',
        'Step',
        'bot',
        'session',
      ],
    ];
    const close = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.jsonValue(), fc.constantFrom('2.0', 'TOKEN', 'aws:sqs', {}, { http: {} }, { elb: {} }, [{}])),
    );
    fc.assert(
      fc.property(close, (event) => {
        classify(event);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an unknown event', () => {
  const { gateway } = stage();
  const handler = createHandler(gateway, { events: { sqs: () => undefined } });
  const cases: readonly (readonly [unknown, string])[] = [
    [null, 'null'],
    [7, 'a number'],
    ['text', 'a string'],
    [[1, 2], 'an array of 2'],
    [{ a: 1, b: 2 }, 'an object with the keys "a", "b"'],
    [{}, 'an object with the keys none'],
    [{ ['k'.repeat(100)]: 1 }, `"${'k'.repeat(39)}…"`],
    [Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, at])), '"k7" and 12 more'],
    [{ Records: [{ eventSource: 'aws:sqs' }, { EventSource: 'aws:sns' }, {}] }, 'Records from "aws:sqs", "aws:sns", nothing'],
    [JSON.parse('{"__proto__":{"a":1}}'), '"__proto__"'],
    [{ big: 'x'.repeat(10_000_000) }, 'an object with the keys "big"'],
  ];
  it.each(cases)('is refused with a description of its shape (%#)', async (event, words) => {
    const error: Error = await handler(event, context()).then(
      () => {
        throw new Error('taken');
      },
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ name: 'LambdaError', code: 'UnknownEvent', message: expect.stringContaining('add events: { other: (event) => … }') });
    expect(error.message).toContain(words);
    expect(error.message.length).toBeLessThan(500);
  });

  it.each([...samples, ...answering].filter(([kind]) => ![...httpKinds, 'direct', 'sqs', 's3-test', 'custom-resource'].includes(kind)))(
    'of the kind %s says which handler to add',
    async (kind, event) => {
      const option = kind.startsWith('authorizer') ? 'authorizer' : kind.replace(/-./g, (part) => part.slice(1).toUpperCase());
      await expect(handler(event, context())).rejects.toMatchObject({
        code: 'NoHandler',
        message: `No handler for ${kind} events: add events: { ${option}: … } to the options of the handler.`,
      });
    },
  );
});

describe('an event without a handler of its own', () => {
  const names: Readonly<Record<keyof typeof others, string>> = {
    alarm: 'CloudWatch alarm',
    alexa: 'Alexa',
    'appsync-authorizer': 'AppSync',
    cloudfront: 'CloudFront',
    codecommit: 'CodeCommit',
    codepipeline: 'CodePipeline',
    'config-rule': 'AWS Config',
    connect: 'Amazon Connect',
    destination: 'Lambda destination',
    'iot-authorizer': 'AWS IoT',
    'iot-provisioning': 'fleet provisioning',
    lex: 'Amazon Lex',
    pipe: 'EventBridge Pipes',
    's3-object': 'S3 Object Lambda',
    ses: 'Amazon SES',
    transfer: 'AWS Transfer Family',
    'warm-up': 'warm-up',
  };
  it.each(withoutHandler)('is refused by its name: %s', async (kind, event) => {
    await expect(createHandler(stage().gateway, { events: { sqs: () => 1 } })(event, context())).rejects.toMatchObject({
      code: 'UnknownEvent',
      message: expect.stringMatching(new RegExp(`${names[kind as keyof typeof names]}.*add events: \\{ other:`)),
    });
  });
});

// AWS's own samples, if they are available. They are not part of this project.
const samplesFolder = (): string | undefined => {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'pnpm-workspace.yaml'))) return [join(at, '..', 'shared', 'events')].find((folder) => existsSync(folder));
  }
  return undefined;
};
const folder = samplesFolder();
const expected: Readonly<Record<string, EventKind>> = {
  'alb-lambda-target-request-headers-only': 'alb',
  'alb-lambda-target-request-multivalue-headers': 'alb-multi',
  'apigw-custom-auth-request': 'authorizer-token',
  'apigw-request': 'apigw-v1',
  'apigw-v2-request-iam': 'apigw-v2',
  'apigw-v2-request-jwt-authorizer': 'apigw-v2',
  'cloudwatch-logs-event': 'logs',
  'codebuild-state-change': 'eventbridge',
  'codepipeline-execution-state-change-event': 'eventbridge',
  'dynamodb-event': 'dynamodb',
  'kafka-event': 'kafka',
  'kinesis-event': 'kinesis',
  'lambda-urls-request': 'function-url',
  's3-event': 's3',
  'sns-event': 'sns',
  'sqs-event': 'sqs',
};

describe.skipIf(folder === undefined)("AWS's sample events", () => {
  const files = folder ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const { gateway } = stage();
  const seen: string[] = [];
  const note = (kind: string) => (): void => void seen.push(kind);
  const handler = createHandler(gateway, {
    http: { 'ANY /': () => 'root', 'ANY /{path+}': ({ params, query }) => ({ path: params.path, query: [...query] }) },
    events: {
      sqs: note('sqs'),
      sns: note('sns'),
      s3: ({ key }) => void seen.push(key),
      dynamodb: note('dynamodb'),
      kinesis: (record) => void seen.push(record.text()),
      kafka: ({ headers }) => void seen.push(Object.keys(headers).join()),
      eventbridge: note('eventbridge'),
      logs: ({ logEvents }) => void seen.push(`${logEvents.length} lines`),
      authorizer: () => ({ isAuthorized: true }),
    },
  });
  it('are all there', () => expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(expected).sort()));
  it.each(files)('%s is recognised and handled', async (file) => {
    const event: unknown = JSON.parse(readFileSync(join(folder as string, file), 'utf8'));
    const kind = expected[file.replace('.json', '')];
    expect(classify(event)).toBe(kind);
    const result = await handler(event, context());
    if ((httpKinds as (string | undefined)[]).includes(kind)) expect(result).toMatchObject({ statusCode: 200 });
    else if (kind === 'authorizer-token') expect(result).toEqual({ isAuthorized: true });
    else if (['sqs', 'kinesis', 'dynamodb'].includes(kind as string)) expect(result).toEqual({ batchItemFailures: [] });
    else expect(seen.length).toBeGreaterThan(0);
  });
});
