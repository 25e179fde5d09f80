import { describe, expectTypeOf, it } from 'vitest';
import type { GuardianReport } from '../../src/contract.js';
import { createGuardian, type GuardianCall } from '../../src/guardian/index.js';
import { createOperator } from '../../src/operator/index.js';

describe('the entries', () => {
  it('have the documented types', () => {
    expectTypeOf(createGuardian).returns.parameter(0).toEqualTypeOf<unknown>();
    expectTypeOf(createOperator().status()).resolves.toEqualTypeOf<GuardianReport | undefined>();
    expectTypeOf<{ ftpms: 'stop'; month: string }>().toExtend<GuardianCall>();
  });

  it('refuse wrong arguments', () => {
    // @ts-expect-error: a stop needs a month
    const call: GuardianCall = { ftpms: 'stop' };
    // @ts-expect-error: durations are in ms, and say so in their names
    createGuardian({ stopLatency: 5 });
    expectTypeOf(call).toExtend<object>();
  });
});
