import { createHandler, type EventHandlers } from '@suga/lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { agentFunction, channel, firehose, resolver, windowed } from './events/answering.js';
import { authorizers, cognito, eventbridge, logs, schedule, websocket } from './events/others.js';
import { kinesis } from './events/records.js';
import { context, stage } from './stage.js';

const run = (events: EventHandlers, event: unknown): Promise<unknown> => createHandler(stage().gateway, { events })(event, context());
const special = (): Map<string, unknown> => new Map<string, unknown>([['many', new Set([1n])]]);

afterEach(() => vi.restoreAllMocks());

describe('a value that a handler gives', () => {
  it.each<[string, EventHandlers, unknown]>([
    ['authorizer', { authorizer: special }, Object.values(authorizers)[0]?.()],
    ['appsync', { appsync: { 'Query.a': special } }, resolver('Query.a')],
    ['cognito', { cognito: special }, cognito()],
    ['eventbridge', { eventbridge: special }, eventbridge()],
    ['logs', { logs: special }, logs('line')],
    ['other', { other: special }, { orderId: '1' }],
    ['schedule', { schedule: special }, schedule()],
    ['websocket', { websocket: special }, websocket('$default', 'hi')],
  ])('is what JSON can hold when it is the answer: %s', async (_option, events, event) => {
    expect(await run(events, event)).toEqual({ many: ['1'] });
  });

  it('is so in a part of the answer, too', async () => {
    const events: EventHandlers = { bedrock: { a: (action) => void (action.knowledgeBasesConfiguration = [special()]) } };
    expect(await run(events, agentFunction('a'))).toMatchObject({ knowledgeBasesConfiguration: [{ many: ['1'] }] });
  });
});

// What was made of JSON needs no second look: an answer to Firehose may have 6 MB.
describe('an answer that is made of what JSON can hold', () => {
  const three = (): object => ({ n: 3 });
  it.each<[string, EventHandlers, unknown, object]>([
    ['firehose', { firehose: three }, firehose([{ id: 'a', data: 'x' }]), { records: [{ recordId: 'a', result: 'Ok', data: 'eyJuIjozfQ==' }] }],
    ['appsync', { appsync: { 'Query.a': three } }, [resolver('Query.a'), resolver('Query.a')], [{ data: { n: 3 } }, { data: { n: 3 } }]],
    ['appsyncEvents', { appsyncEvents: { 'PUBLISH /a': three } }, channel('PUBLISH', '/a', [1]), { events: [{ id: 'm-0', payload: { n: 3 } }] }],
    ['kinesis', { kinesis: () => undefined }, windowed(kinesis([{ sequence: '1', data: 'd' }]), { state: { n: 3 } }), { state: { n: 3 } }],
  ])('is not written as JSON again: %s', async (_option, events, event, expected) => {
    const stringify = vi.spyOn(JSON, 'stringify');
    const answer = await run(events, event);
    const written = stringify.mock.calls.map(([value]) => value as unknown);
    stringify.mockRestore();
    expect(answer).toMatchObject(expected);
    expect(written).not.toContainEqual(answer);
  });
});
