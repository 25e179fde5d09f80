import { cache } from '@suga/cache';
import { control, createGateway } from '@suga/gateway';
import { createHandler } from '@suga/lambda';
import { logging } from '@suga/logging';
import { metrics } from '@suga/metrics';
import { ofb } from '@suga/ofb';
import { store } from '@suga/store';
import { describe, expect, it } from 'vitest';

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 3000 };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const sqs = (count: number) => ({
  Records: Array.from({ length: count }, (_, index) => ({
    messageId: `m${index}`,
    body: '{}',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:x:1:orders',
  })),
});

function stage() {
  const told: Record<string, unknown>[] = [];
  const write = (line: string): void => void told.push(JSON.parse(line));
  const gateway = createGateway(
    { logging: logging({ write, level: 'info' }), metrics: metrics({ service: 'shop', limit: 1000, write }), store: store(), cache: cache() },
    { middleware: [ofb()] },
  );
  return { gateway, told };
}

describe('the records of one batch', () => {
  it('never see each other’s log fields and dimensions, although they are handled concurrently', async () => {
    const { gateway, told } = stage();
    const handler = createHandler(gateway, {
      events: {
        sqs: async ({ id }) => {
          gateway.logging.appendKeys({ order: id });
          gateway.metrics.addDimensions({ order: id });
          await turn();
          // One request writes the values of all records.
          await gateway.store.set(id, { id });
          gateway.metrics.increment('Orders');
          gateway.logging.info('handled', { id });
          if (id === 'm1') throw new Error('no');
        },
      },
    });
    expect(await handler(sqs(3), context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(told.filter(({ message }) => message === 'handled').map(({ order, id }) => [order, id])).toEqual([0, 1, 2].map((n) => [`m${n}`, `m${n}`]));
    expect(told.find(({ message }) => message === 'Record failed')).toMatchObject({ order: 'm1', record: 'm1', function_request_id: 'r' });
    expect(told.find(({ message }) => message === 'Cold start')).not.toHaveProperty('order');
    expect(told.flatMap((line) => ('Orders' in line ? [[line['order'], line['Orders']]] : []))).toEqual([0, 1, 2].map((n) => [`m${n}`, 1]));
    expect(gateway.store.stats().calls.set).toBe(3);
  });

  it('keeps 10,000 concurrent records apart, and writes one line of metrics for all', async () => {
    const { gateway, told } = stage();
    const handler = createHandler(gateway, {
      events: {
        sqs: async ({ id }) => {
          gateway.logging.appendKeys({ order: id });
          await turn();
          gateway.metrics.increment('Orders');
          gateway.logging.info('handled', { id });
        },
      },
    });
    await handler(sqs(10_000), context);
    const handled = told.filter(({ message }) => message === 'handled');
    expect(handled).toHaveLength(10_000);
    expect(handled.every(({ order, id }) => order === id)).toBe(true);
    expect(told.filter((line) => 'Orders' in line)).toMatchObject([{ Orders: 10_000 }]);
  });
});

describe('work that outlives its invocation', () => {
  it('loads interfaces after its end without being counted as running', async () => {
    const { gateway, told } = stage();
    let late: Promise<unknown> | undefined;
    await control(gateway).run({ id: 'first' }, () => {
      late = turn().then(() => {
        gateway.metrics.increment('Late');
        gateway.logging.appendKeys({ late: true });
        gateway.logging.info('late');
      });
    });
    await late;
    await control(gateway).run({ id: 'second' }, () => undefined);
    expect(told).toMatchObject([
      { message: 'late', function_request_id: 'first', late: true },
      { Late: 1, function_request_id: 'first' },
    ]);
    const held = ['logging', 'metrics'].map((name) => control(gateway).heldState(name));
    expect([control(gateway).stats().active, ...held]).toEqual([0, undefined, undefined]);
  });
});
