import { createHandler, type EventHandlers } from '@suga/lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { agentFunction, channel, firehose, resolver, windowed } from './events/answering.js';
import { authorizers, cognito, eventbridge, logs, schedule, websocket } from './events/others.js';
import { kinesis } from './events/records.js';
import { context, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: unknown): Promise<unknown> => createHandler(stage().gateway, { events })(event, context());
const special = (): Map<string, unknown> => new Map<string, unknown>([['many', new Set([1n])]]);

afterEach(() => vi.restoreAllMocks());

describe('the result of a handler', () => {
  it.each<[string, EventHandlers, unknown]>([
    ['authorizer', { authorizer: special }, Object.values(authorizers)[0]?.()],
    ['appsync', { appsync: { 'Query.a': special } }, resolver('Query.a')],
    ['cognito', { cognito: special }, cognito()],
    ['eventbridge', { eventbridge: special }, eventbridge()],
    ['logs', { logs: special }, logs('line')],
    ['other', { other: special }, { orderId: '1' }],
    ['schedule', { schedule: special }, schedule()],
    ['websocket', { websocket: special }, websocket('$default', 'hi')],
  ])('is converted to JSON data: %s', async (_option, events, event) => {
    expect(await run(events, event)).toEqual({ many: ['1'] });
  });

  it('is converted as a part of the response, too', async () => {
    const events: EventHandlers = { bedrock: { a: (action) => void (action.knowledgeBasesConfiguration = [special()]) } };
    expect(await run(events, agentFunction('a'))).toMatchObject({ knowledgeBasesConfiguration: [{ many: ['1'] }] });
  });
});

// A response that consists of JSON data is not converted again, because a response to Firehose may have 6 MB.
describe('a response that consists of JSON data', () => {
  const three = (): object => ({ n: 3 });
  it.each<[string, EventHandlers, unknown, object]>([
    ['firehose', { firehose: three }, firehose([{ id: 'a', data: 'x' }]), { records: [{ recordId: 'a', result: 'Ok', data: 'eyJuIjozfQ==' }] }],
    ['appsync', { appsync: { 'Query.a': three } }, [resolver('Query.a'), resolver('Query.a')], [{ data: { n: 3 } }, { data: { n: 3 } }]],
    ['appsyncEvents', { appsyncEvents: { 'PUBLISH /a': three } }, channel('PUBLISH', '/a', [1]), { events: [{ id: 'm-0', payload: { n: 3 } }] }],
    ['kinesis', { kinesis: () => undefined }, windowed(kinesis([{ sequence: '1', data: 'd' }]), { state: { n: 3 } }), { state: { n: 3 } }],
  ])('is not converted again: %s', async (_option, events, event, expected) => {
    const stringify = vi.spyOn(JSON, 'stringify');
    const answer = await run(events, event);
    const written = stringify.mock.calls.map(([value]) => value as unknown);
    stringify.mockRestore();
    expect(answer).toMatchObject(expected);
    expect(written).not.toContainEqual(answer);
  });
});
