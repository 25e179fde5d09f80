import { type AppsyncRequest, type AppsyncRoutes, createHandler } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { amplify, resolver } from './events/answering.js';
import { context, type Line, stage } from './test-gateway.js';

const run = (appsync: AppsyncRoutes, event: unknown, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events: { appsync } })(event, context(remaining));
const errors = (lines: readonly Line[]): readonly Line[] => lines.filter(({ level }) => level === 'error');

describe('a resolver', () => {
  it('gets the field, and its result is the value', async () => {
    const seen: AppsyncRequest[] = [];
    const answer = await run(
      {
        'Query.getPost': (request: AppsyncRequest<{ id: string }>) => {
          seen.push(request);
          return { id: request.args.id, tags: new Set(['a']) };
        },
      },
      resolver('Query.getPost', { id: '7' }),
    );
    expect(answer).toEqual({ id: '7', tags: ['a'] });
    expect(seen[0]).toMatchObject({
      type: 'Query',
      field: 'getPost',
      source: null,
      identity: { username: 'ada' },
      headers: { 'x-forwarded-for': '192.0.2.10' },
      selection: ['id', 'author/name'],
      event: { stash: {} },
    });
  });

  it('gets the parent object, also from events of Amplify', async () => {
    expect(await run({ 'Post.title': ({ source }) => source?.['id'] }, resolver('Post.title', {}, { id: '7' }))).toBe('7');
    expect(await run({ 'Mutation.addPost': ({ args, selection }) => [args, selection] }, amplify('Mutation', 'addPost', { title: 't' }))).toEqual([
      { title: 't' },
      [],
    ]);
    expect(await run({ 'Query.nothing': () => undefined }, resolver('Query.nothing'))).toBeUndefined();
  });

  it('fails with its own error, whose name and message AppSync sends to the client', async () => {
    class NotFound extends Error {
      override readonly name = 'NotFound';
    }
    await expect(run({ 'Query.getPost': () => Promise.reject(new NotFound('no post 7')) }, resolver('Query.getPost'))).rejects.toMatchObject({
      name: 'NotFound',
      message: 'no post 7',
    });
    await expect(run({ 'Query.getPost': () => new Promise(() => undefined) }, resolver('Query.getPost'), 200)).rejects.toMatchObject({ code: 'Deadline' });
  });

  it('is named in the error if it is missing, and never found on a prototype', async () => {
    await expect(run({ 'Query.getPost': () => 1 }, resolver('Query.getPosts'))).rejects.toMatchObject({
      code: 'NoHandler',
      message: 'No handler for "Query.getPosts": add events.appsync: { "Query.getPosts": … } to the options of the handler.',
    });
  });

  it('keeps its own this', async () => {
    const routes = { answer: 42, 'Query.answer': () => 0 };
    const table = Object.defineProperty(
      {
        'Query.answer': function (this: typeof routes) {
          return this.answer;
        },
      },
      'answer',
      { value: 42, enumerable: false },
    );
    expect(await run(table as never, resolver('Query.answer'))).toBe(42);
  });
});

describe('a batch', () => {
  const posts = ['1', '2', '3'].map((id) => resolver('Post.related', {}, { id }));

  it('is resolved per object, concurrently, each with its own data or error', async () => {
    const { gateway, lines } = stage();
    let active = 0;
    let most = 0;
    const related = async ({ source }: AppsyncRequest): Promise<unknown> => {
      most = Math.max(most, ++active);
      await new Promise(setImmediate);
      active--;
      if (source?.['id'] === '2') throw Object.assign(new Error('no relations'), { name: 'NotFound' });
      return source?.['id'] === '3' ? undefined : [{ id: 'x' }];
    };
    const answer = await createHandler(gateway, { events: { appsync: { 'Post.related': related } } })(posts, context(60_000));
    expect(answer).toEqual([{ data: [{ id: 'x' }] }, { data: null, errorMessage: 'no relations', errorType: 'NotFound' }, { data: null }]);
    expect(most).toBe(3);
    expect(errors(lines)).toMatchObject([{ message: 'Record failed', extra: { record: 'Post.related[1]', source: 'appsync' } }]);
  });

  it('is resolved by one call of a batch resolver', async () => {
    const { gateway, lines } = stage();
    let calls = 0;
    const batch = (requests: readonly AppsyncRequest[]): unknown[] => {
      calls++;
      return requests.map(({ source }) => (source?.['id'] === '2' ? new RangeError('no relations') : { of: source?.['id'] }));
    };
    const handler = createHandler(gateway, { events: { appsync: { 'Post.related': { batch } } } });
    expect(await handler(posts, context(60_000))).toEqual([
      { data: { of: '1' } },
      { data: null, errorMessage: 'no relations', errorType: 'RangeError' },
      { data: { of: '3' } },
    ]);
    expect(calls).toBe(1);
    // The error was returned and not thrown, so nothing is logged.
    expect(errors(lines)).toEqual([]);
    expect(await handler(posts[0], context(60_000))).toEqual({ of: '1' });
    await expect(handler(posts[1], context(60_000))).rejects.toThrow('no relations');
  });

  it.each([[[1, 2]], ['text'], [undefined], [{ length: 3 }]])('is refused if results cannot be assigned to requests: %j', async (results) => {
    await expect(run({ 'Post.related': { batch: () => results as never } }, posts)).rejects.toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringContaining('3 requests'),
    });
  });

  it('fails as a whole if the batch resolver fails', async () => {
    await expect(run({ 'Post.related': { batch: () => Promise.reject(new Error('no database')) } }, posts)).rejects.toThrow('no database');
  });

  it('reports a result that JSON cannot hold as an error of that object alone', async () => {
    const answer = await run({ 'Post.related': ({ source }) => (source?.['id'] === '1' ? { later: Promise.resolve(1) } : 1) }, posts);
    expect(answer).toMatchObject([{ data: null, errorType: 'LambdaError' }, { data: 1 }, { data: 1 }]);
  });

  it('responds before the deadline with the results so far', async () => {
    const answer = await run({ 'Post.related': ({ source }) => (source?.['id'] === '2' ? new Promise(() => undefined) : 1) }, posts, 400);
    expect(answer).toMatchObject([{ data: 1 }, { data: null, errorType: 'LambdaError', errorMessage: expect.stringContaining('timeout') }, { data: 1 }]);
  });
});

describe('routes', () => {
  it.each<[string, unknown]>([
    ['getPost', () => 1],
    ['Query/getPost', () => 1],
    ['Query.', () => 1],
    ['Query.getPost', 7],
    ['Query.getPost', { batch: 7 }],
    ['Query.getPost', undefined],
  ])('are checked when the handler is created: %s, %s', (key, route) => {
    expect(() => createHandler(stage().gateway, { events: { appsync: { [key]: route } as never } })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(key) }),
    );
  });

  it('must be a table', () => {
    expect(() => createHandler(stage().gateway, { events: { appsync: (() => 1) as never } })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
  });
});
