import { type Ftpms, type FtpmsReport, ftpms, type Level } from '@suga/ftpms';
import { type AnyInterface, createGateway, type Facts, type Middleware } from '@suga/gateway';
import { expectTypeOf, it } from 'vitest';

it('is a middleware with a report', () => {
  const protection = ftpms({ critical: ['sqs'], thresholds: { warn: 0.5 }, onLevel: (level) => expectTypeOf(level).toEqualTypeOf<Level>() });
  expectTypeOf(protection).toEqualTypeOf<Ftpms>();
  expectTypeOf(protection).toExtend<Middleware>();
  expectTypeOf(protection.report()).toEqualTypeOf<FtpmsReport>();
  expectTypeOf<FtpmsReport['state']>().toEqualTypeOf<'guarded' | 'local' | 'off'>();
  createGateway({}, { middleware: [protection] });
  // @ts-expect-error a number, not a string
  ftpms({ requestLimit: '5' });
  // @ts-expect-error did you mean 'failMode'?
  ftpms({ failmode: 'open' });
  // @ts-expect-error closed or open
  ftpms({ failMode: 'ajar' });
});

it('adds the cost of an operation to its facts', () => {
  expectTypeOf<Facts['cost']>().toEqualTypeOf<'critical' | 'normal' | 'optional' | 'low' | undefined>();
  const definition: AnyInterface = { operations: { get: { params: {}, cost: 'optional' } }, load: () => ({ operations: {} }) };
  // @ts-expect-error no such cost
  definition.operations['get'] = { params: {}, cost: 'cheap' };
});
