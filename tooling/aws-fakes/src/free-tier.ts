import { type Counted, counted } from './access.ts';
import { type Call, Fault } from './server.ts';

/** A line of `GetFreeTierUsage`. */
export interface FreeTierLine {
  readonly service: string;
  readonly usageType: string;
  readonly unit: string;
  actualUsageAmount: number;
  readonly limit: number;
}

/** A fake Free Tier API and its data. */
export interface FakeFreeTier extends Counted {
  readonly lines: FreeTierLine[];
  readonly plan: { type: 'FREE' | 'PAID' };
}

/** `GetFreeTierUsage`, in pages, and `GetAccountPlanState`. */
export function freeTier(...lines: FreeTierLine[]): FakeFreeTier {
  const plan: FakeFreeTier['plan'] = { type: 'PAID' };
  return counted(
    {
      'AWSFreeTierService.GetFreeTierUsage': ['freetier:GetFreeTierUsage', (call) => usage(lines, call)],
      'AWSFreeTierService.GetAccountPlanState': [
        'freetier:GetAccountPlanState',
        () => ({ accountId: '123456789012', accountPlanType: plan.type, accountPlanStatus: 'ACTIVE' }),
      ],
    },
    { lines, plan },
  );
}

/** Lists only the lines with usage. */
function usage(lines: readonly FreeTierLine[], { input }: Call): object {
  const { maxResults = 10, nextToken = '0' } = input as { maxResults?: number; nextToken?: string };
  if (!(maxResults >= 1 && maxResults <= 1000)) throw new Fault('ValidationException', 'maxResults must be between 1 and 1000.');
  if (!/^\d+$/.test(nextToken)) throw new Fault('ValidationException', 'nextToken is invalid.');
  const used = lines.filter(({ actualUsageAmount }) => actualUsageAmount > 0);
  const end = Number(nextToken) + maxResults;
  const page = used.slice(Number(nextToken), end).map((line) => ({ ...line, region: 'global', freeTierType: 'Always Free' }));
  return { freeTierUsages: page, ...(end < used.length && { nextToken: String(end) }) };
}
