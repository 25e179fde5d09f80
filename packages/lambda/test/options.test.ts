import { createHandler } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

const make = (options: unknown) => () => createHandler(stage().gateway, options as never);

describe('options', () => {
  it.each([
    [null, 'Expected an object with options, not null.'],
    [() => 1, 'not a value of type function'],
    [{ htp: {} }, 'htp: unknown name. Did you mean http? Known names: http, cors, events,'],
    [{ x: 1 }, 'x: unknown name. Known names:'],
    [{ toString: 1 }, 'toString: unknown name.'],
    [{ http: null }, 'http: expected routes like { "GET /devices/{id}": … } or an app with a fetch function, not null.'],
    [{ http: [] }, 'not an array.'],
    [{ cors: 5 }, 'cors: expected true, false or { origins, … }, not 5.'],
    [{ cors: null }, 'not null.'],
    [{ cors: { origin: '*' } }, 'cors.origin: unknown name. Did you mean origins?'],
    [{ cors: { origins: 5 } }, 'cors.origins: expected "*", an origin or an array of origins, not 5.'],
    [{ cors: { origins: undefined } }, "cors.origins is missing. List the allowed origins, or write origins: '*' (or cors: true) to allow all."],
    [{ cors: {} }, 'cors.origins is missing. List the allowed origins'],
    [{ cors: { methods: ['GET'] } }, 'cors.origins is missing. List the allowed origins'],
    [{ cors: { origins: [undefined] } }, 'cors.origins: expected "*", an origin or an array of origins, not an array.'],
    [{ cors: { methods: 'GET' } }, 'cors.methods: expected an array of names, not "GET".'],
    [{ cors: { maxAge: -1 } }, 'cors.maxAge: expected milliseconds, 0 or more, not -1.'],
    [{ events: 5 }, 'events: expected handlers by kind, like { sqs: … }, not 5.'],
    [{ events: null }, 'not null.'],
    [{ events: { SQS: () => 1 } }, 'events.SQS: unknown name. Did you mean sqs? Known names: sqs, dynamodb,'],
    [{ events: { sqs: {} } }, 'events.sqs: expected a function, not a value of type object.'],
    [{ direct: 'false' }, 'direct: expected true or false, not "false".'],
    [{ initialize: 5 }, 'initialize: expected a function, not 5.'],
    [{ preload: 'logging' }, 'preload: expected an array of interface names, not "logging".'],
    [{ deadlineMargin: 'x' }, 'deadlineMargin: expected milliseconds, 0 or more, not "x".'],
    [{ deadlineMargin: -1 }, 'not -1.'],
    [{ deadlineMargin: Number.NaN }, 'not NaN.'],
  ])('are refused by name: %o', (options, words) => {
    expect(make(options)).toThrow(expect.objectContaining({ name: 'LambdaError', code: 'InvalidOptions', message: expect.stringContaining(words) }));
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{ http: { 'GET /': () => 1 } }, 'a value of type object'],
    ['gateway', '"gateway"'],
  ])('come after a gateway, and %o is not one', (gateway, words) => {
    const message = `createHandler: expected a gateway from createGateway(…) or @suga/gateway/auto as the first argument, as in createHandler(gateway, { http: … }), not ${words}.`;
    expect(() => createHandler(gateway as never)).toThrow(expect.objectContaining({ code: 'InvalidOptions', message }));
    expect(() => createHandler(gateway as never, { http: { 'GET /': () => 1 } })).toThrow(expect.objectContaining({ code: 'InvalidOptions', message }));
  });

  it('may be undefined, one by one', () => {
    const none = { http: undefined, cors: undefined, events: { sqs: undefined }, direct: undefined, initialize: undefined, deadlineMargin: undefined };
    expect(make(none)).not.toThrow();
    expect(make({ deadlineMargin: Number.POSITIVE_INFINITY, cors: { origins: '*', methods: undefined, maxAge: undefined } })).not.toThrow();
  });

  it('accept one origin without a list', async () => {
    const handler = createHandler(stage().gateway, { cors: { origins: 'https://a.com', credentials: true }, http: { 'GET /': () => 1 } });
    const allowed = async (origin: string) =>
      read('function-url', await handler(requests['function-url']({ headers: { Origin: [origin] } }), context())).headers['access-control-allow-origin'];
    expect(await allowed('https://a.com')).toBe('https://a.com');
    expect(await allowed('https://b.com')).toBeUndefined();
  });
});
