/**
 * One free allowance of AWS, as of `ALLOWANCES_READ`. FTPMS guarantees only those of Lambda that are marked `guaranteed`, and reports the others. AWS
 * changes these numbers. Its Free Tier API returns the ones that are valid for an account, and is asked if that is permitted.
 */
export interface Allowance {
  readonly service: string;
  readonly of: string;
  /** The free amount of a month. `undefined` if nothing is free. */
  readonly free: number | undefined;
  readonly unit: string;
  /** How long it is free: always, in an account's first twelve months, or as long as its credits last. */
  readonly lasts: 'always' | 'twelve months' | 'credits';
  /** Whether FTPMS keeps functions inside this allowance. */
  readonly guaranteed: boolean;
  /** A detail that is easily overlooked. */
  readonly trap?: string;
  readonly source: string;
  /** Whether the source is AWS's own text. If not, check the number before you rely on it. */
  readonly official: boolean;
}

/** Date on which these numbers were read, in UTC. */
export const ALLOWANCES_READ = '2026-09-20';

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const COSTS = 'https://docs.aws.amazon.com/solutions/latest/automated-security-response-on-aws/cost.html';

type Line = Pick<Allowance, 'service' | 'of' | 'free' | 'unit'> & Partial<Allowance>;

const lambda = (of: string, free: number | undefined, unit: string, more: Partial<Allowance> = {}): Line => ({
  service: 'Lambda',
  of,
  free,
  unit,
  source: LAMBDA,
  ...more,
});
const cloudWatch = (of: string, free: number, unit: string, trap: string): Line => ({ service: 'CloudWatch', of, free, unit, trap });

const lines: readonly Line[] = [
  lambda('requests', 1_000_000, 'requests', {
    guaranteed: true,
    trap: 'One allowance for all functions, regions and, in an organization, accounts. Requests that code refuses count.',
  }),
  lambda('compute', 400_000, 'GB-seconds', { guaranteed: true, trap: 'Rounded up to whole ms. Includes INIT and extensions. x86 and arm share it.' }),
  lambda('response streaming', 100, 'GiB', {
    official: false,
    source: 'https://cloudchipr.com/blog/aws-lambda-pricing',
    trap: 'The first 6 MB of a response are free anyway.',
  }),
  lambda('ephemeral storage above 512 MB', undefined, 'GB-seconds', { official: false, source: 'https://github.com/api-evangelist/aws-lambda' }),
  lambda('Managed Instances', undefined, 'requests and instance hours', { official: false, source: 'https://github.com/api-evangelist/aws-lambda' }),
  lambda('durable functions', undefined, 'operations', { official: false, source: 'https://github.com/api-evangelist/aws-lambda' }),
  {
    service: 'CloudWatch Logs',
    of: 'ingestion, archive and Insights scans together',
    free: 5,
    unit: 'GB',
    trap: 'Every invocation writes three lines. Set a retention.',
  },
  cloudWatch('custom metrics', 10, 'metrics', 'Each set of dimensions is a metric of its own.'),
  cloudWatch('API requests', 1_000_000, 'requests', 'Without GetMetricData, GetInsightRuleReport and GetMetricWidgetImage, which are never free.'),
  cloudWatch('dashboards', 3, 'dashboards', 'Up to 50 metrics each.'),
  cloudWatch('alarm metrics', 10, 'alarm metrics', 'Standard resolution only. Composite and anomaly alarms are billed.'),
  { service: 'DynamoDB', of: 'storage', free: 25, unit: 'GB', official: false, source: 'https://gist.github.com/mkfmnn/c18899c' },
  {
    service: 'DynamoDB',
    of: 'provisioned capacity',
    free: 25,
    unit: 'write and 25 read units',
    trap: 'Provisioned mode only. On-demand tables are billed from the first write.',
    official: false,
    source: 'https://gist.github.com/mkfmnn/c18899c',
  },
  {
    service: 'SQS',
    of: 'requests',
    free: 1_000_000,
    unit: 'requests',
    trap: 'Lambda polls a queue even if it is empty: some 670,000 requests a month.',
  },
  { service: 'SNS', of: 'requests', free: 1_000_000, unit: 'requests', trap: 'Text messages to phones are billed.' },
  { service: 'SNS', of: 'e-mails', free: 1000, unit: 'e-mails', official: false },
  { service: 'EventBridge', of: 'custom events', free: undefined, unit: 'events', trap: "Events of AWS's own services are free." },
  {
    service: 'API Gateway',
    of: 'REST calls',
    free: 1_000_000,
    unit: 'calls',
    lasts: 'twelve months',
    trap: 'Not free for accounts since 15 July 2025: they pay with credits. Function URLs cost nothing extra.',
  },
  { service: 'X-Ray', of: 'traces recorded', free: 100_000, unit: 'traces', official: false, source: 'https://github.com/api-evangelist/cloudwatch' },
  { service: 'KMS', of: 'requests', free: 20_000, unit: 'requests', trap: 'A customer managed key is billed each month.' },
  { service: 'Step Functions', of: 'state transitions', free: 4000, unit: 'transitions' },
  {
    service: 'Budgets',
    of: 'budgets with actions',
    free: 62,
    unit: 'budget days',
    source: 'https://github.com/labofsahil/aws-pricing-dataset',
    official: false,
  },
  {
    service: 'Cost Explorer',
    of: 'API requests',
    free: undefined,
    unit: 'requests',
    source: 'https://aws.amazon.com/aws-cost-management/aws-cost-explorer/faqs/',
  },
];

/** Monthly allowances and their sources. */
export const ALLOWANCES: readonly Allowance[] = lines.map((line) => ({ lasts: 'always', guaranteed: false, official: true, source: COSTS, ...line }));

/** Kind of an account: when it was opened, and how it pays. */
export interface AccountPlan {
  readonly plan: string;
  readonly what: string;
  /** The part that FTPMS protects in such an account: the bill or the credits. */
  readonly protects: string;
  readonly source: string;
}

const PLANS = 'https://freetier.co/articles/aws-free-tier-changes-july-15-2025';

/** Plans of accounts; the source is not AWS's own text. `freetier:GetAccountPlanState` returns the plan of an account. */
export const ACCOUNT_PLANS: readonly AccountPlan[] = [
  { plan: 'opened before 15 July 2025', what: 'twelve months of offers, trials, and always-free allowances', protects: 'the bill', source: PLANS },
  {
    plan: 'free plan',
    what: '$100 of credits and up to $100 more, for six months or until they are used; AWS charges nothing and closes the account at the end',
    protects: 'the credits, and with them the life of the account',
    source: PLANS,
  },
  { plan: 'paid plan', what: 'credits first, then the bill; always-free allowances stay free', protects: 'the credits, then the bill', source: PLANS },
];
