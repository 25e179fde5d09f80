import type { AwsUse, ServiceUse } from '../contract.js';
import { callAws } from './request.js';

interface Usage {
  readonly service?: string;
  readonly usageType?: string;
  readonly unit?: string;
  readonly actualUsageAmount?: number;
  readonly forecastedUsageAmount?: number;
  readonly limit?: number;
}

const TARGET = 'AWSFreeTierService.';
/** Upper limit of pages to read. Real responses have fewer. */
const PAGES = 20;

/** Returns AWS's own figures of this month in all regions; they are hours old. Returns `undefined` if they cannot be read: then one correction is missing. */
export async function freeTier(): Promise<AwsUse | undefined> {
  try {
    const all = await usage();
    const lines = all.filter(isLambda);
    const of = (kind: RegExp): number =>
      lines.reduce((sum, { usageType = '', actualUsageAmount = 0 }) => sum + (kind.test(usageType) ? actualUsageAmount : 0), 0);
    const plan = (await ask('GetAccountPlanState', {}))['accountPlanType'];
    const amount = { requests: Math.ceil(of(/Request(?:-ARM)?$/)), mbMs: Math.ceil(of(/GB-Second/) * 1_024_000) };
    return { ...amount, services: all.filter((each) => !isLambda(each)).map(toService), ...(typeof plan === 'string' && { plan }) };
  } catch {
    return undefined;
  }
}

const isLambda = ({ service = '' }: Usage): boolean => /Lambda/i.test(service);

const toService = ({ service = '', usageType = '', unit = '', actualUsageAmount = 0, forecastedUsageAmount = 0, limit = 0 }: Usage): ServiceUse => ({
  service,
  line: usageType,
  unit,
  used: actualUsageAmount,
  expected: Math.max(actualUsageAmount, forecastedUsageAmount),
  free: limit,
});

async function usage(): Promise<readonly Usage[]> {
  const all: Usage[] = [];
  let nextToken: unknown;
  for (let page = 0; page < PAGES; page++) {
    const response = await ask('GetFreeTierUsage', { maxResults: 100, ...(typeof nextToken === 'string' && { nextToken }) });
    all.push(...((response['freeTierUsages'] ?? []) as Usage[]));
    nextToken = response['nextToken'];
    if (!nextToken) break;
  }
  return all;
}

function ask(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${TARGET}${operation}` };
  return callAws({ service: 'freetier', headers, body: JSON.stringify(input) });
}
