import { type BedrockAction, type BedrockRoutes, createHandler, HttpError, reply } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { agentApi, agentFunction } from './events/answering.js';
import { context, type Line, stage } from './test-gateway.js';

const run = (bedrock: BedrockRoutes, event: unknown, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events: { bedrock } })(event, context(remaining));
const logged = async (bedrock: BedrockRoutes, event: unknown): Promise<readonly Line[]> => {
  const { gateway, lines } = stage();
  await createHandler(gateway, { events: { bedrock } })(event, context(60_000));
  return lines.filter(({ level }) => level === 'error');
};
const attributes = { sessionAttributes: { tier: 'gold' }, promptSessionAttributes: { lang: 'de' } };

describe('an action of an API schema', () => {
  const event = agentApi('GET', '/claims/{id}', { id: ['string', '7'] });

  it('is found by method and path, and gets a response in the form of an API', async () => {
    expect(await run({ 'GET /claims/{id}': ({ params }) => ({ id: params['id'], open: true }), 'GET /claims': () => [] }, event)).toEqual({
      messageVersion: '1.0',
      response: {
        actionGroup: 'claims',
        apiPath: '/claims/{id}',
        httpMethod: 'GET',
        httpStatusCode: 200,
        responseBody: { 'application/json': { body: '{"id":"7","open":true}' } },
      },
      ...attributes,
    });
  });

  it('gets parameters and body as values', async () => {
    const seen: BedrockAction[] = [];
    const parameters = {
      n: ['number', '1.5'],
      i: ['integer', '7'],
      t: ['boolean', 'true'],
      f: ['boolean', 'false'],
      list: ['array', '[a, b]'],
      odd: ['number', 'many'],
      no: ['number', ' '],
    } as const;
    await run(
      { 'POST /claims': (action) => void seen.push(action) },
      agentApi('POST', '/claims', parameters, { amount: ['number', '12'], why: ['string', '7'] }),
    );
    expect({ ...seen[0]?.params }).toEqual({ n: 1.5, i: 7, t: true, f: false, list: '[a, b]', odd: 'many', no: ' ' });
    expect({ ...seen[0]?.body }).toEqual({ amount: 12, why: '7' });
    expect(seen[0]).toMatchObject({ actionGroup: 'claims', inputText: 'please', sessionId: 's-1', event: { agent: { name: 'helper' } } });
    await run({ 'GET /claims/{id}': (action) => void seen.push(action) }, event);
    expect(seen[1]?.body).toBeUndefined();
  });

  it.each<[type: string, value: string, expected: unknown]>([
    ['integer', '12345678901234567890', '12345678901234567890'],
    ['integer', '9007199254740991', 9_007_199_254_740_991],
    ['integer', '9007199254740992', '9007199254740992'],
    ['integer', '-9007199254740993', '-9007199254740993'],
    ['integer', '0x10', '0x10'],
    ['integer', '0b11', '0b11'],
    ['integer', '1e3', '1e3'],
    ['integer', '1.5', '1.5'],
    ['integer', '3.0', 3],
    ['integer', ' -7 ', -7],
    ['integer', 'Infinity', 'Infinity'],
    ['number', '12345678901234567890', '12345678901234567890'],
    ['number', '0x10', '0x10'],
    ['number', '-.5', -0.5],
    ['number', '1e3', 1_000],
    ['number', '1e999', '1e999'],
  ])('converts the %s %s correctly', async (type, value, expected) => {
    const seen: BedrockAction[] = [];
    await run({ 'POST /claims': (action) => void seen.push(action) }, agentApi('POST', '/claims', { a: [type, value] }, { a: [type, value] }));
    expect([seen[0]?.params['a'], seen[0]?.body?.['a']]).toEqual([expected, expected]);
  });

  it('may set a status', async () => {
    const response = async (handler: BedrockRoutes[string]): Promise<unknown> =>
      ((await run({ 'GET /claims/{id}': handler }, event)) as { response: object }).response;
    const body = (text: string): object => ({ responseBody: { 'application/json': { body: text } } });
    expect(await response(() => reply(201, { id: 7 }))).toMatchObject({ httpStatusCode: 201, ...body('{"id":7}') });
    expect(await response(() => 'text')).toMatchObject({ httpStatusCode: 200, ...body('"text"') });
    expect(await response(() => undefined)).toMatchObject({ httpStatusCode: 200, ...body('') });
    expect(await response(() => Promise.reject(new HttpError(404, 'no claim 7', { details: { id: 7 } })))).toMatchObject({
      httpStatusCode: 404,
      ...body('{"message":"no claim 7","id":7}'),
    });
    expect(await response(() => Promise.reject(new Error('password is wrong')))).toMatchObject({
      httpStatusCode: 500,
      responseBody: { 'application/json': { body: expect.stringMatching(/^\{"message":"Internal Server Error","errorId":"[\w-]{36}"\}$/) } },
    });
    expect(await response(() => Promise.reject(new HttpError(503, 'try later')))).toMatchObject({
      httpStatusCode: 503,
      responseBody: { 'application/json': { body: expect.stringContaining('try later') } },
    });
  });
});

describe('an action of function details', () => {
  const event = agentFunction('getWeather', { city: ['string', 'Łódź'], days: ['integer', '3'] });

  it('is found by its name, and gets a response as text', async () => {
    expect(await run({ getWeather: ({ params }) => `${params['city']}: ${params['days']} days of sun` }, event)).toEqual({
      messageVersion: '1.0',
      response: { actionGroup: 'weather', function: 'getWeather', functionResponse: { responseBody: { TEXT: { body: 'Łódź: 3 days of sun' } } } },
      ...attributes,
    });
    expect(await run({ getWeather: ({ params }) => Object.keys(params) }, agentFunction('getWeather'))).toMatchObject({
      response: { functionResponse: { responseBody: { TEXT: { body: '[]' } } } },
    });
  });

  it('makes the model ask again, or ends the turn, depending on the status', async () => {
    const response = async (handler: BedrockRoutes[string]): Promise<unknown> =>
      ((await run({ getWeather: handler }, event)) as { response: { functionResponse: object } }).response.functionResponse;
    expect(await response(() => Promise.reject(new HttpError(400, 'Which city?')))).toEqual({
      responseState: 'REPROMPT',
      responseBody: { TEXT: { body: '{"message":"Which city?"}' } },
    });
    expect(await response(() => reply(422, 'Which city?'))).toEqual({ responseState: 'REPROMPT', responseBody: { TEXT: { body: 'Which city?' } } });
    expect(await response(() => reply(500, 'down'))).toEqual({ responseState: 'FAILURE', responseBody: { TEXT: { body: 'down' } } });
    for (const handler of [() => Promise.reject(new Error('secret')), () => ({ later: Promise.resolve(1) }), () => () => 1])
      expect(await response(handler)).toEqual({
        responseState: 'FAILURE',
        responseBody: { TEXT: { body: expect.stringMatching(/^\{"message":"Internal Server Error","errorId"/) } },
      });
  });
});

describe('any action', () => {
  it('may change the attributes of the session, and the knowledge bases', async () => {
    const event = agentFunction('remember');
    const answer = await run(
      {
        remember: (action) => {
          action.sessionAttributes['seen'] = 'yes';
          delete action.promptSessionAttributes['lang'];
          action.knowledgeBasesConfiguration = [{ knowledgeBaseId: 'kb' }];
        },
      },
      event,
    );
    expect(answer).toMatchObject({
      sessionAttributes: { tier: 'gold', seen: 'yes' },
      promptSessionAttributes: {},
      knowledgeBasesConfiguration: [{ knowledgeBaseId: 'kb' }],
    });
    expect(event).toMatchObject({ sessionAttributes: { tier: 'gold' } });
  });

  it('is logged if it fails, and not if it is refused', async () => {
    const event = agentFunction('a');
    expect(await logged({ a: () => Promise.reject(new Error('no')) }, event)).toMatchObject([
      { message: 'Action failed', extra: { action: 'a', source: 'bedrock' } },
    ]);
    expect(await logged({ a: () => Promise.reject(new HttpError(400, 'no')) }, event)).toEqual([]);
  });

  it('gets a response if the details of its refusal are not JSON', async () => {
    const refuse = (details: object): BedrockRoutes => ({ a: () => Promise.reject(new HttpError(400, 'no', { details: details as never })) });
    const body = (text: unknown): object => ({ response: { functionResponse: { responseBody: { TEXT: { body: text } } } } });
    expect(await run(refuse({ ids: new Set([1n]) }), agentFunction('a'))).toMatchObject(body('{"message":"no","ids":["1"]}'));
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const details of [{ later: Promise.resolve(1) }, circular]) {
      expect(await run(refuse(details), agentFunction('a'))).toMatchObject({
        response: { functionResponse: { responseState: 'FAILURE', responseBody: { TEXT: { body: expect.stringContaining('"errorId"') } } } },
      });
      expect(await logged(refuse(details), agentFunction('a'))).toMatchObject([{ message: 'Action failed', extra: { error: { code: 'InvalidResponse' } } }]);
    }
  });

  it('gets a response if it is missing, and if it is not done in time', async () => {
    expect(await run({ other: () => 1 }, agentFunction('__proto__'))).toMatchObject({ response: { functionResponse: { responseState: 'FAILURE' } } });
    expect(await logged({}, agentApi('GET', '/x'))).toMatchObject([{ extra: { error: { code: 'NoHandler', message: expect.stringContaining('"GET /x"') } } }]);
    expect(await run({ slow: () => new Promise(() => undefined) }, agentFunction('slow'), 400)).toMatchObject({
      response: { functionResponse: { responseState: 'FAILURE' } },
    });
  });

  it.each(['GET claims', 'FETCH /claims', 'get weather', '', 'a.b'])('must have a valid key: %s is refused', (key) => {
    expect(() => createHandler(stage().gateway, { events: { bedrock: { [key]: () => 1 } } })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
  });
});
