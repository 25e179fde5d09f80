import { createGateway } from '@suga/gateway';
import { type Logger, type Logging, logging } from '@suga/logging';
import { expectTypeOf, it } from 'vitest';

interface Order {
  id: string;
}

it('takes errors and fields', () => {
  const { logging: log } = createGateway({ logging: logging({ level: 'warn' }) });
  expectTypeOf(log).toEqualTypeOf<Logging>();
  log.error('failed', new Error('why'));
  log.info('done', { took: 5 });
  const order: Order = { id: 'o1' };
  log.info('taken', order);
  log.appendKeys(order);
  logging({ keys: order });
  expectTypeOf(log.child(order, { level: 'debug' })).toEqualTypeOf<Logger>();
  expectTypeOf(log.logOperation('charge', async () => 5)).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error a child needs fields
  log.child();
  // @ts-expect-error a string is not an object of fields
  log.info('done', 'five');
  // @ts-expect-error the message comes first
  log.info({ took: 5 });
  // @ts-expect-error no such level
  log.setLevel('loud');
  // @ts-expect-error did you mean 'warn'?
  log.warm('x');
});
