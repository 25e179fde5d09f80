import { control, createGateway, type Invocation, type Operation } from '@suga/gateway';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, type NotesLog, notes } from './fixtures/notes.js';

describe('invocations', () => {
  it('have a beginning and an end, also when the work fails', async () => {
    const order: string[] = [];
    const log: Partial<NotesLog> = { started: [], ended: [] };
    const watcher = { name: 'watcher', start: () => void order.push('start'), end: async () => void order.push('end') };
    const gateway = createGateway({ notes: notes(log) }, { middleware: [watcher] });
    await control(gateway).run({ id: 'r1' }, () => void order.push(`work ${gateway.notes.add('x')}`));
    expect(
      await errorOf(() =>
        control(gateway).run({ id: 'r2' }, () => {
          throw new TypeError('broken');
        }),
      ),
    ).toBeInstanceOf(TypeError);
    expect(order).toEqual(['start', 'work 0', 'end', 'start', 'end']);
    expect(log).toMatchObject({ started: ['r2'], ended: ['r1', 'r2'] });
    expect(control(gateway).stats()).toMatchObject({ active: 0, invocations: 2 });
  });

  it('begin when every start hook has let them in, and are refused by one that fails', async () => {
    const order: string[] = [];
    const guard = (name: string) => ({
      name,
      start: async (invocation: Invocation) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(`${name} ${invocation.id}`);
        if (invocation.id === `not by ${name}`) throw new TypeError('no');
      },
      end: (invocation: Invocation) => void order.push(`${name} has ended ${invocation.id}`),
    });
    const gateway = createGateway({ notes: notes() }, { middleware: [guard('a'), guard('b')] });
    await control(gateway).run({ id: '1' }, () => void order.push('work'));
    expect(order).toEqual(['a 1', 'b 1', 'work', 'a has ended 1', 'b has ended 1']);
    order.length = 0;
    expect(await errorOf(() => control(gateway).run({ id: 'not by a' }, () => void order.push('work')))).toBeInstanceOf(TypeError);
    expect(order).toEqual(['a not by a', 'a has ended not by a', 'b has ended not by a']);
  });

  it('know their cold start, source and deadline', async () => {
    const gateway = createGateway({ notes: notes() });
    const seen = await Promise.all(['a', 'b'].map((id) => control(gateway).run({ id, source: 'sqs', deadline: 5 }, (invocation) => invocation)));
    expect(seen).toMatchObject([
      { id: 'a', coldStart: true, source: 'sqs', deadline: 5 },
      { id: 'b', coldStart: false },
    ]);
    expect(control(gateway).invocation()).toBeUndefined();
  });

  it('keep their results when a flush at the end fails, and warn', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const gateway = createGateway({ notes: notes() }, { middleware: [{ name: 'flush', end: () => Promise.reject(new Error('no network')) }] });
    expect(await control(gateway).run({ id: 'r1' }, () => 'fine')).toBe('fine');
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'no network' }));
    warn.mockRestore();
  });

  it('do not mix when 200 overlap', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('shared');
    const one = (id: string) =>
      control(gateway).run({ id }, async (invocation) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        expect(control(gateway).invocation()).toBe(invocation);
        return gateway.notes.save(0);
      });
    const ids = Array.from({ length: 200 }, (_, index) => `r${index}`);
    const running = ids.map(one);
    expect(control(gateway).stats().active).toBe(200);
    expect(await Promise.all(running)).toEqual(ids.map((id) => `${id}: shared`));
    expect(control(gateway).stats()).toMatchObject({ active: 0, invocations: 200, interfaces: { notes: { inFlight: 0 } } });
  });
});

it('knows what kind of request it is once the host says so, each its own', async () => {
  const seen: unknown[] = [];
  const gateway = createGateway({ notes: notes() });
  control(gateway).use({
    name: 'watch',
    routed: ({ id, request }) => {
      seen.push([id, request]);
      throw new Error('must not break the invocation');
    },
    loading: (name) => void seen.push(`loading ${name}`),
    loaded: (name) => void seen.push(`loaded ${name}`),
  });
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  control(gateway).routed('outside of invocations: nothing');
  const run = (id: string, request: string) =>
    control(gateway).run({ id }, async (invocation) => {
      control(gateway).routed(request);
      await new Promise(setImmediate);
      return invocation.request;
    });
  expect(await Promise.all([run('1', 'GET /a'), run('2', 'GET /b')])).toEqual(['GET /a', 'GET /b']);
  gateway.notes.add('x');
  expect(seen).toEqual([['1', 'GET /a'], ['2', 'GET /b'], 'loading notes', 'loaded notes']);
  expect(warned).toHaveBeenCalledTimes(2);
  warned.mockRestore();
});

it('an operation tells a middleware how often it has been called', () => {
  const gateway = createGateway({ notes: notes() });
  const operations: Operation[] = [];
  control(gateway).use({ name: 'watch', bind: (operation, next) => (operations.push(operation), next) });
  for (const text of ['a', 'b']) gateway.notes.add(text);
  expect(operations.find(({ name }) => name === 'add')?.calls).toBe(2);
});
