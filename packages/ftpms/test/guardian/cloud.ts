import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudWatch, eventRules, freeTier, lambdaControl, sns, startAws } from '@suga/aws-fakes';
import { vi } from 'vitest';
import { inLambda, TABLE } from '../dynamo.js';

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);

const { now } = Date;
const AHEAD = Date.parse('2026-11-15T12:00:00Z') - now();

/**
 * Starts everything that the guardian and an operator use, on this machine, and sets the environment of a function that uses it. Its time is always
 * the middle of a month, because in a month's first minutes a guardian has nothing to measure.
 */
export async function cloud() {
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + AHEAD);
  const watch = cloudWatch();
  const lambda = lambdaControl({
    orders: { memoryMb: 128, timeout: 10, concurrency: 10 },
    thumbs: { memoryMb: 256, timeout: 10, concurrency: 5 },
    guardian: { memoryMb: 128, timeout: 60 },
  });
  lambda.mappings.set('11111111-2222-3333-4444-555555555555', { function: 'thumbs', enabled: true, readyAt: 0 });
  const topics = sns('alerts');
  const tier = freeTier(
    { service: 'AWS Lambda', usageType: 'Global-Request', unit: 'Requests', actualUsageAmount: 10, limit: 1_000_000 },
    { service: 'AWS Lambda', usageType: 'Global-Lambda-GB-Second', unit: 'Second', actualUsageAmount: 1, limit: 400_000 },
  );
  const rules = eventRules({
    'every-minute': { targets: ['arn:aws:lambda:eu-west-1:123456789012:function:guardian'], ScheduleExpression: 'rate(1 minute)', Description: 'runs it' },
  });
  const fakes = [watch, lambda, topics, tier, rules];
  const aws = await startAws(...fakes.map(({ service }) => service));
  const server: Server = require('dynalite')({ createTableMs: 0 });
  const tables = new Map<string, number>();
  server.on('request', ({ headers }: { headers: Record<string, string> }) => {
    const action = String(headers['x-amz-target']).replace('DynamoDB_20120810.', 'dynamodb:');
    tables.set(action, (tables.get(action) ?? 0) + 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  inLambda(Number(new URL(aws.settings.endpoint).port));
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_LAMBDA_FUNCTION_NAME: 'guardian',
    FTPMS_TABLE: TABLE,
    FTPMS_FUNCTIONS: 'orders:critical,thumbs',
    FTPMS_TOPIC: TOPIC,
    FTPMS_STOP_LATENCY_S: '10',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const close = async (): Promise<void> => {
    clock.mockRestore();
    vi.unstubAllEnvs();
    await aws.close();
    await new Promise((resolve) => server.close(resolve));
  };
  /** Returns every IAM action that was used since the last call. */
  const used = (): string[] => {
    const counts = [tables, ...fakes.map((fake) => fake.counts as Map<string, number>)];
    const names = counts.flatMap((each) => Array.from(each.keys()));
    for (const each of counts) each.clear();
    return names.sort();
  };
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB;
  return { watch, lambda, topics, tier, rules, tables, used, endpoint, [Symbol.asyncDispose]: close };
}

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** Returns every action that a policy allows. */
export function allowed(role: string): string[] {
  const policy = JSON.parse(readFileSync(`${import.meta.dirname}/../../policies/${role}.json`, 'utf8')) as Policy;
  return policy.Statement.flatMap(({ Action }) => Action).sort();
}
