import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { Lambda } from '@aws-sdk/client-lambda';
import { SNS } from '@aws-sdk/client-sns';
import { cloudWatch, DROPPED, Fault, freeTier, lambdaControl, sns, startAws } from '@suga/aws-fakes';
import { describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-11-15T12:00:00Z');
const HOUR = 3_600_000;

describe('CloudWatch', () => {
  const query = (from: number, to: number, Period: number) => ({
    Namespace: 'AWS/Lambda',
    MetricName: 'Duration',
    StartTime: new Date(from),
    EndTime: new Date(to),
    Period,
    Statistics: ['Sum' as const, 'SampleCount' as const],
  });

  it('sums one function and all functions, after the configured delay', async () => {
    const fake = cloudWatch();
    fake.metrics.now = () => NOW;
    await using aws = await startAws(fake.service);
    const client = new CloudWatch(aws.settings);
    fake.invoked('orders', NOW - 2 * HOUR, 10, 20);
    fake.invoked('thumbs', NOW - 5 * 60_000, 5);
    const sums = async (Dimensions: { Name: string; Value: string }[]) =>
      (await client.getMetricStatistics({ ...query(NOW - 3 * HOUR, NOW, 3600), Dimensions })).Datapoints?.map(({ Sum, SampleCount }) => [Sum, SampleCount]);
    expect(await sums([])).toEqual([
      [5, 1],
      [30, 2],
    ]);
    expect(await sums([{ Name: 'FunctionName', Value: 'orders' }])).toEqual([[30, 2]]);
    fake.metrics.delay = 10 * 60_000;
    expect(await sums([])).toEqual([[30, 2]]);
    expect(fake.counts.get('cloudwatch:GetMetricStatistics')).toBe(3);
  });

  it('refuses too many points, and minute periods that are too old', async () => {
    const fake = cloudWatch();
    fake.metrics.now = () => NOW;
    await using aws = await startAws(fake.service);
    const client = new CloudWatch(aws.settings);
    await expect(client.getMetricStatistics(query(NOW - 25 * HOUR, NOW, 60))).rejects.toThrow(/1500 datapoints.* 1,440/);
    await expect(client.getMetricStatistics(query(NOW - 20 * 24 * HOUR, NOW - 20 * 24 * HOUR + HOUR, 60))).rejects.toThrow(/multiple of 300/);
    await expect(client.getMetricStatistics(query(NOW, NOW, 60))).rejects.toThrow(/StartTime/);
    await expect(client.getMetricStatistics(query(NOW - HOUR, NOW, 61))).rejects.toThrow(/multiple of 60/);
  });

  it('accepts custom metrics, alarms of at most seven days, dashboards that are JSON', async () => {
    const fake = cloudWatch();
    await using aws = await startAws(fake.service);
    const client = new CloudWatch(aws.settings);
    await client.putMetricData({
      Namespace: 'FTPMS',
      MetricData: [
        { MetricName: 'a', Value: 80 },
        { MetricName: 'a', Value: 1, Dimensions: [{ Name: 'x', Value: 'y' }] },
      ],
    });
    expect(fake.custom()).toHaveLength(2);
    await expect(client.putMetricData({ Namespace: 'AWS/Lambda', MetricData: [{ MetricName: 'a', Value: 1 }] })).rejects.toThrow(/AWS\//);
    const alarm = {
      AlarmName: 'a',
      Namespace: 'FTPMS',
      MetricName: 'a',
      Statistic: 'Maximum' as const,
      ComparisonOperator: 'GreaterThanThreshold' as const,
      Threshold: 75,
      Period: 300,
      EvaluationPeriods: 1,
    };
    await client.putMetricAlarm(alarm);
    expect(fake.alarm('a')).toBe('ALARM');
    await expect(client.putMetricAlarm({ ...alarm, EvaluationPeriods: 300 })).rejects.toThrow(/more than a day/);
    await expect(client.putMetricAlarm({ ...alarm, Period: 3600, EvaluationPeriods: 169 })).rejects.toThrow(/seven/);
    await expect(client.putDashboard({ DashboardName: 'd', DashboardBody: '{' })).rejects.toThrow(/valid JSON/);
    const { DashboardValidationMessages } = await client.putDashboard({ DashboardName: 'd', DashboardBody: '{"widgets":[{"type":"pie"}]}' });
    expect(DashboardValidationMessages).toHaveLength(1);
  });
});

describe('Lambda', () => {
  it('reserves concurrency, but leaves 100 unreserved', async () => {
    const fake = lambdaControl({ a: { memoryMb: 128, timeout: 3 }, b: { memoryMb: 128, timeout: 3, concurrency: 800 } });
    await using aws = await startAws(fake.service);
    const client = new Lambda(aws.settings);
    await client.putFunctionConcurrency({ FunctionName: 'a', ReservedConcurrentExecutions: 100 });
    expect((await client.getFunctionConcurrency({ FunctionName: 'a' })).ReservedConcurrentExecutions).toBe(100);
    await expect(client.putFunctionConcurrency({ FunctionName: 'a', ReservedConcurrentExecutions: 101 })).rejects.toThrow(/minimum value of \[100\]/);
    await client.putFunctionConcurrency({ FunctionName: 'a', ReservedConcurrentExecutions: 0 });
    await client.deleteFunctionConcurrency({ FunctionName: 'a' });
    expect((await client.getFunctionConcurrency({ FunctionName: 'a' })).ReservedConcurrentExecutions).toBeUndefined();
    await expect(client.getFunctionConcurrency({ FunctionName: 'c' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('returns pages, changes mappings after a delay, and can be made to fail', async () => {
    const fake = lambdaControl({ a: { memoryMb: 128, timeout: 3, environment: { A: '1' } }, b: { memoryMb: 128, timeout: 3 } });
    fake.mappings.set('id', { function: 'a', enabled: true, readyAt: 0 });
    Object.assign(fake.settings, { page: 1, changeMs: 1000, now: () => NOW });
    await using aws = await startAws(fake.service);
    const client = new Lambda(aws.settings);
    const first = await client.listFunctions({});
    expect([first.Functions?.[0]?.FunctionName, first.NextMarker]).toEqual(['a', 'b']);
    expect(first.Functions?.[0]?.Environment?.Variables).toEqual({ A: '1' });
    expect((await client.listFunctions({ Marker: 'b' })).Functions?.[0]?.FunctionName).toBe('b');
    expect((await client.updateEventSourceMapping({ UUID: 'id', Enabled: false })).State).toBe('Disabled');
    await expect(client.updateEventSourceMapping({ UUID: 'id', Enabled: true })).rejects.toMatchObject({ name: 'ResourceInUseException' });
    expect((await client.listEventSourceMappings({ FunctionName: 'a' })).EventSourceMappings).toHaveLength(1);
    fake.mappings.set('alias', { function: 'a:live', enabled: true, readyAt: 0 });
    expect((await client.listEventSourceMappings({ FunctionName: 'a' })).EventSourceMappings).toHaveLength(1);
    const all = await client.listEventSourceMappings({});
    expect([all.EventSourceMappings?.map(({ UUID }) => UUID), all.NextMarker]).toEqual([['id'], '1']);
    const { EventSourceMappings: [last] = [], NextMarker } = await client.listEventSourceMappings({ Marker: '1' });
    expect([last?.FunctionArn?.endsWith(':function:a:live'), NextMarker]).toEqual([true, undefined]);
    await client.invoke({ FunctionName: 'a', InvocationType: 'Event', Payload: '{"a":1}' });
    expect(fake.invocations).toEqual([{ function: 'a', payload: { a: 1 } }]);
    fake.denied.add('lambda:ListFunctions');
    await expect(client.listFunctions({})).rejects.toThrow(/not authorized to perform: lambda:ListFunctions/);
    fake.before = () => {
      throw new Fault(DROPPED, '');
    };
    await expect(client.listEventSourceMappings({})).rejects.toThrow(/socket hang up|ECONNRESET/);
  });
});

describe('SNS and the Free Tier API', () => {
  it('publishes to existing topics only', async () => {
    const fake = sns('alerts');
    await using aws = await startAws(fake.service);
    const client = new SNS(aws.settings);
    const { TopicArn } = await client.createTopic({ Name: 'more' });
    await client.subscribe({ TopicArn, Protocol: 'email', Endpoint: 'me@example.com' });
    await client.publish({ TopicArn, Subject: 'WARN', Message: 'a & <b>' });
    expect([fake.published[0]?.message, fake.topics.get(String(TopicArn))]).toEqual(['a & <b>', ['email:me@example.com']]);
    await expect(client.publish({ TopicArn: `${TopicArn}x`, Message: 'a' })).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.publish({ TopicArn, Subject: 'x'.repeat(101), Message: 'a' })).rejects.toThrow(/Subject/);
  });

  it('returns usage in pages', async () => {
    const line = (usageType: string, actualUsageAmount: number) => ({ service: 'AWS Lambda', usageType, unit: 'Requests', actualUsageAmount, limit: 1e6 });
    const fake = freeTier(line('a', 1), line('unused', 0), line('b', 2));
    await using aws = await startAws(fake.service);
    const ask = async (input: object) => {
      const headers = { 'x-amz-target': 'AWSFreeTierService.GetFreeTierUsage' };
      return (await fetch(aws.settings.endpoint, { method: 'POST', headers, body: JSON.stringify(input) })).json();
    };
    expect(await ask({ maxResults: 1 })).toMatchObject({ freeTierUsages: [{ usageType: 'a' }], nextToken: '1' });
    expect(await ask({ maxResults: 1, nextToken: '1' })).toMatchObject({ freeTierUsages: [{ usageType: 'b' }] });
    expect(await ask({ maxResults: 0 })).toMatchObject({ __type: 'ValidationException' });
  });
});
