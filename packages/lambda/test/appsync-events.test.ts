import { type AppsyncEventsRoutes, type AppsyncMessage, type AppsyncSubscription, createHandler, HttpError } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { channel } from './events/answering.js';
import { context, type Line, stage } from './test-gateway.js';

const run = (appsyncEvents: AppsyncEventsRoutes, event: unknown, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events: { appsyncEvents } })(event, context(remaining));
const logged = async (appsyncEvents: AppsyncEventsRoutes, event: unknown): Promise<readonly Line[]> => {
  const { gateway, lines } = stage();
  await createHandler(gateway, { events: { appsyncEvents } })(event, context(60_000)).catch(() => undefined);
  return lines.filter(({ level }) => level === 'error');
};
const two = channel('PUBLISH', '/chat/lobby', [{ text: 'a' }, { text: 'b' }]);
const unauthorized = (): Error => Object.assign(new Error('members only'), { name: 'UnauthorizedException' });

describe('a message', () => {
  it('is passed on with its channel, and its result is broadcast', async () => {
    const seen: AppsyncMessage[] = [];
    const answer = await run(
      {
        'PUBLISH /chat/{room}': (message: AppsyncMessage<{ text: string }>) => {
          seen.push(message);
          return { text: message.payload.text.toUpperCase(), room: message.params['room'] };
        },
      },
      two,
    );
    expect(answer).toEqual({
      events: [
        { id: 'm-0', payload: { text: 'A', room: 'lobby' } },
        { id: 'm-1', payload: { text: 'B', room: 'lobby' } },
      ],
    });
    expect(seen[0]).toMatchObject({ id: 'm-0', channel: '/chat/lobby', namespace: 'chat', identity: null, headers: { 'x-colour': 'green' } });
  });

  it('is broadcast unchanged if the handler returns nothing', async () => {
    expect(await run({ 'PUBLISH /chat/*': () => undefined }, two)).toEqual({
      events: [
        { id: 'm-0', payload: { text: 'a' } },
        { id: 'm-1', payload: { text: 'b' } },
      ],
    });
    expect(await run({ 'PUBLISH /chat/*': () => null }, channel('PUBLISH', '/chat/x', [1]))).toEqual({ events: [{ id: 'm-0', payload: null }] });
  });

  it('is rejected alone if its handler fails', async () => {
    const routes: AppsyncEventsRoutes = {
      'PUBLISH /chat/*': ({ id, payload }) => {
        if (id === 'm-0') throw new TypeError('no text');
        return payload;
      },
    };
    expect(await run(routes, two)).toEqual({
      events: [
        { id: 'm-0', error: 'TypeError: no text' },
        { id: 'm-1', payload: { text: 'b' } },
      ],
    });
    expect(await logged(routes, two)).toMatchObject([{ message: 'Record failed', extra: { record: 'm-0' } }]);
  });

  it('may be refused, which does not count as a failure', async () => {
    const routes: AppsyncEventsRoutes = { 'PUBLISH /chat/*': ({ id }) => (id === 'm-0' ? Promise.reject(new HttpError(409, 'too late')) : undefined) };
    expect(await run(routes, two)).toMatchObject({
      events: [
        { id: 'm-0', error: 'too late' },
        { id: 'm-1', payload: {} },
      ],
    });
    expect(await logged(routes, two)).toEqual([]);
  });

  it.each([unauthorized, () => new HttpError(401, 'members only'), () => new HttpError(403, 'members only')])(
    'refuses the whole request if it is not authorized',
    async (make) => {
      const error = make();
      const routes: AppsyncEventsRoutes = { 'PUBLISH /chat/*': ({ id }) => (id === 'm-1' ? Promise.reject(error) : 'fine') };
      await expect(run(routes, two)).rejects.toMatchObject({ name: 'UnauthorizedException', message: 'members only', cause: error });
    },
  );

  it('that AppSync would drop silently is rejected', async () => {
    const routes: AppsyncEventsRoutes = { 'PUBLISH /chat/*': ({ id }) => (id === 'm-0' ? 'x'.repeat(240 * 1024) : 'x'.repeat(200 * 1024)) };
    expect(await run(routes, two)).toMatchObject({
      events: [
        { id: 'm-0', error: expect.stringContaining('AppSync drops') },
        { id: 'm-1', payload: expect.any(String) },
      ],
    });
    expect(await run({ 'PUBLISH /chat/*': () => ({ later: Promise.resolve(1) }) }, channel('PUBLISH', '/chat/x', [1]))).toMatchObject({
      events: [{ id: 'm-0', error: expect.stringContaining('Promise') }],
    });
  });

  it('that is not done in time is rejected', async () => {
    expect(await run({ 'PUBLISH /chat/*': ({ id }) => (id === 'm-0' ? new Promise(() => undefined) : 1) }, two, 400)).toMatchObject({
      events: [
        { id: 'm-0', error: expect.stringContaining('timeout') },
        { id: 'm-1', payload: 1 },
      ],
    });
  });
});

describe('a batch of messages', () => {
  const publish = (batch: (messages: readonly AppsyncMessage[]) => unknown, remaining?: number): Promise<unknown> =>
    run({ 'PUBLISH /chat/*': { batch: batch as never } }, two, remaining);

  it('is handled at once, and may be filtered', async () => {
    expect(await publish((messages) => messages.slice(1).map(({ id, payload }) => ({ id, payload })))).toEqual({
      events: [{ id: 'm-1', payload: { text: 'b' } }],
    });
    expect(await publish((messages) => messages.map(({ id }) => ({ id, error: 'no' })))).toEqual({
      events: [
        { id: 'm-0', error: 'no' },
        { id: 'm-1', error: 'no' },
      ],
    });
    expect(await publish(() => [])).toEqual({ events: [] });
  });

  it('is rejected as a whole if it fails', async () => {
    expect(await publish(() => Promise.reject(new Error('no database')))).toEqual({ error: 'Error: no database' });
    expect(await publish(() => Promise.reject(new HttpError(409, 'too late')))).toEqual({ error: 'too late' });
    expect(await publish(() => new Promise(() => undefined), 400)).toMatchObject({ error: expect.stringContaining('timeout') });
    await expect(publish(() => Promise.reject(unauthorized()))).rejects.toMatchObject({ name: 'UnauthorizedException' });
  });

  it('rejects only the message whose response cannot be sent', async () => {
    const routes: AppsyncEventsRoutes = {
      'PUBLISH /chat/*': {
        batch: ([first, second]) => [
          { id: first?.id ?? '', payload: 'x'.repeat(240 * 1024) },
          { id: second?.id ?? '', payload: new Set([1]) },
        ],
      },
    };
    expect(await run(routes, two)).toEqual({
      events: [
        { id: 'm-0', error: expect.stringContaining('AppSync drops') },
        { id: 'm-1', payload: [1] },
      ],
    });
    expect(await logged(routes, two)).toMatchObject([{ message: 'Record failed', extra: { record: 'm-0' } }]);
    expect(await publish(() => [{ id: 'm-0', payload: Promise.resolve(1) }])).toMatchObject({
      events: [{ id: 'm-0', error: expect.stringContaining('Promise') }],
    });
  });

  it.each([
    ['another', [{ id: 'm-7', payload: 1 }], '"m-7"'],
    [
      'one twice',
      [
        { id: 'm-0', payload: 1 },
        { id: 'm-1', payload: 2 },
        { id: 'm-0', error: 'no' },
      ],
      '"m-0"',
    ],
  ])('is rejected if a response would be lost: for %s', async (_which, result, id) => {
    expect(await publish(() => result)).toEqual({ error: expect.stringMatching(new RegExp(`${id}.*return the id of each message once`)) });
  });

  it.each([[undefined], [['text']], [[{ id: 'm-0' }]], [[{ id: 'm-0', payload: undefined }]], [[{ payload: 1 }]], [{ events: [] }]])(
    'is rejected if AppSync could not read the result: %j',
    async (result) => {
      expect(await publish(() => result)).toMatchObject({ error: expect.stringContaining('return an array of { id, payload }') });
    },
  );
});

describe('a subscription', () => {
  const ask = (handle: (subscription: AppsyncSubscription) => unknown, path = '/chat/lobby', remaining?: number): Promise<unknown> =>
    run({ 'SUBSCRIBE /chat/{room+}': handle, 'PUBLISH /chat/*': () => 1 }, channel('SUBSCRIBE', path), remaining);

  it('is allowed by a handler that returns nothing', async () => {
    const seen: unknown[] = [];
    expect(await ask(({ channel: path, params }) => void seen.push([path, params]), '/chat/*')).toBeNull();
    expect(seen).toEqual([['/chat/*', { room: '*' }]]);
    expect(await ask(() => null)).toBeNull();
  });

  it('is refused by a handler that throws, hangs or returns a value', async () => {
    expect(await ask(() => ({ error: 'full' }))).toEqual({ error: 'full' });
    expect(await ask(() => Promise.reject(new HttpError(409, 'full')))).toEqual({ error: 'full' });
    expect(await ask(() => Promise.reject(new Error('no database')))).toEqual({ error: 'Error: no database' });
    expect(await ask(() => new Promise(() => undefined), '/chat/x', 400)).toMatchObject({ error: expect.stringContaining('timeout') });
    await expect(ask(() => Promise.reject(unauthorized()))).rejects.toMatchObject({ name: 'UnauthorizedException' });
    // A handler such as `return isMember(user)` must not let a client in by mistake.
    for (const result of [false, true, 0, 'no', {}])
      expect(await ask(() => result)).toMatchObject({ error: expect.stringContaining('return nothing to allow it') });
  });
});

describe('routes', () => {
  it('are chosen by how specific they are', async () => {
    const name = (value: string) => (): string => value;
    const routes: AppsyncEventsRoutes = {
      'PUBLISH /*': name('all'),
      'PUBLISH /chat/*': name('chat'),
      'PUBLISH /chat/{room}': name('room'),
      'PUBLISH /chat/{room}/typing': name('typing'),
      'PUBLISH /chat/lobby': name('lobby'),
      'PUBLISH /chat/lobby/*': name('in the lobby'),
    };
    const reached = async (path: string): Promise<unknown> =>
      ((await run(routes, channel('PUBLISH', path, [1]))) as { events: { payload: unknown }[] }).events[0]?.payload;
    expect(await reached('/chat/lobby')).toBe('lobby');
    expect(await reached('/chat/other')).toBe('room');
    expect(await reached('/chat/other/typing')).toBe('typing');
    expect(await reached('/chat/lobby/typing')).toBe('in the lobby');
    expect(await reached('/chat/a/b/c')).toBe('chat');
    expect(await reached('/news/a')).toBe('all');
  });

  it('for one channel do not match a subscription to all channels below it', async () => {
    const routes: AppsyncEventsRoutes = { 'SUBSCRIBE /chat/{room}': ({ params }) => (params['room'] === 'secret' ? { error: 'no' } : undefined) };
    expect(await run(routes, channel('SUBSCRIBE', '/chat/secret'))).toEqual({ error: 'no' });
    expect(await run(routes, channel('SUBSCRIBE', '/chat/lobby'))).toBeNull();
    await expect(run(routes, channel('SUBSCRIBE', '/chat/*'))).rejects.toMatchObject({ code: 'NoHandler' });
    expect(await run({ ...routes, 'SUBSCRIBE /chat/*': () => ({ error: 'not all' }) }, channel('SUBSCRIBE', '/chat/*'))).toEqual({ error: 'not all' });
  });

  it('are named in the error if they are missing', async () => {
    await expect(run({ 'SUBSCRIBE /chat/*': () => 1 }, two)).rejects.toMatchObject({
      code: 'NoHandler',
      message: expect.stringContaining('"PUBLISH /chat/lobby"'),
    });
    await expect(run({ 'PUBLISH /chat/lobby': () => 1 }, channel('PUBLISH', '/chat/lobby/x', [1]))).rejects.toMatchObject({ code: 'NoHandler' });
  });

  it.each([
    ['PUBLISH /chat/{room}', 'PUBLISH /chat/{name}'],
    ['SUBSCRIBE /chat/{room}/{user}', 'SUBSCRIBE /chat/{a}/{b}'],
    ['PUBLISH /chat/*', 'PUBLISH /chat/{rest+}'],
    ['SUBSCRIBE /{space}/{rest+}', 'SUBSCRIBE /{name}/{more+}'],
  ])('must not match the same channels: %s, %s', (first, second) => {
    const make =
      (...keys: readonly string[]) =>
      () =>
        createHandler(stage().gateway, { events: { appsyncEvents: Object.fromEntries(keys.map((key) => [key, () => 1])) } });
    expect(make(first, second)).toThrow(expect.objectContaining({ code: 'InvalidOptions', message: expect.stringMatching(/the same channels\.$/) }));
    expect(make(first, 'PUBLISH /chat/{room}/*', 'PUBLISH /chat/lobby', 'SUBSCRIBE /chat/*', 'SUBSCRIBE /chat/{room}')).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['/chat/*', () => 1],
    ['publish /chat', () => 1],
    ['PUBLISH chat', () => 1],
    ['PUBLISH /', () => 1],
    ['PUBLISH /chat/*/x', () => 1],
    ['PUBLISH /{a}/{a}', () => 1],
    ['PUBLISH /{__proto__}', () => 1],
    ['PUBLISH /chat/:room', () => 1],
    ['PUBLISH /chat room', () => 1],
    ['PUBLISH /chat', 7],
    ['SUBSCRIBE /chat', { batch: () => 1 }],
  ])('are checked when the handler is created: %s', (key, route) => {
    expect(() => createHandler(stage().gateway, { events: { appsyncEvents: { [key]: route } as never } })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(key) }),
    );
  });
});
