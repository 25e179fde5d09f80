import { describe, expectTypeOf, it } from 'vitest';
import type { GuardianReport } from '../../src/contract.js';
import { createGuardian, type GuardianCall } from '../../src/guardian/index.js';
import { createOperator } from '../../src/operator/index.js';

describe('the entries', () => {
  it('are what they say', () => {
    expectTypeOf(createGuardian).returns.parameter(0).toEqualTypeOf<unknown>();
    expectTypeOf(createOperator().status()).resolves.toEqualTypeOf<GuardianReport | undefined>();
    expectTypeOf<{ ftpms: 'stop'; month: string }>().toExtend<GuardianCall>();
  });

  it('refuse what is none of theirs', () => {
    // @ts-expect-error: a stop is of a month
    const call: GuardianCall = { ftpms: 'stop' };
    // @ts-expect-error: durations are ms, and have it in their names
    createGuardian({ stopLatency: 5 });
    expectTypeOf(call).toExtend<object>();
  });
});
