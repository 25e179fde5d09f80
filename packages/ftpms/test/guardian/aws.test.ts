import { type FakeRule, Fault } from '@suga/aws-fakes';
import { describe, expect, it, vi } from 'vitest';
import { monthOf } from '../../src/guarantee/calendar.js';
import { createGuardian } from '../../src/guardian/index.js';
import { SLOW } from '../../src/guardian/schedule.js';
import { invoke, table } from '../../src/ledger/dynamodb-ledger.js';
import { createOperator } from '../../src/operator/index.js';
import { TABLE } from '../dynamo.js';
import { allowed, cloud, TOPIC } from './cloud.js';

const SCHEDULE = { source: 'aws.events', 'detail-type': 'Scheduled Event' };
const month = (): string => monthOf(Date.now());
const alarm = (state: string) => ({ Records: [{ Sns: { Message: JSON.stringify({ AlarmName: 'ftpms-burst', NewStateValue: state }) } }] });

describe('with simulated AWS services', () => {
  it('matches the policies: every action that is called is allowed, and every allowed action is called', async () => {
    await using aws = await cloud();
    const operator = createOperator();
    expect(await operator.check()).toMatchObject({ holds: true });
    expect(await operator.setup({ email: 'me@example.com' })).toMatchObject({ isNew: true, table: TABLE, topic: TOPIC });
    vi.stubEnv('FTPMS_TOPIC', '');
    expect(await createOperator({ scope: 'other' }).setup({ email: 'me@example.com' })).toMatchObject({
      isNew: false,
      topic: expect.stringContaining(':ftpms-other'),
    });
    vi.stubEnv('FTPMS_TOPIC', TOPIC);
    expect(await operator.status()).toBeUndefined();
    aws.lambda.functions.set('free', { memoryMb: 128, timeout: 3 });
    vi.stubEnv('FTPMS_FUNCTIONS', 'orders:critical,thumbs,free');
    expect(await createOperator().stop()).toMatchObject({ failed: [] });
    expect(aws.lambda.functions.get('orders')?.concurrency).toBe(0);
    // A BLOCK that lasts has lowered the guardian's schedule.
    aws.rules.rules.set('every-minute', { ...(aws.rules.rules.get('every-minute') as FakeRule), ScheduleExpression: SLOW });
    expect(Array.from(aws.lambda.mappings.values(), ({ enabled }) => enabled)).toEqual([false]);
    await createOperator().restore();
    expect(aws.rules.rules.get('every-minute')).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Description: 'runs it' });
    expect(Array.from(aws.lambda.functions.values(), ({ concurrency }) => concurrency)).toEqual([10, 5, undefined, undefined]);
    expect(Array.from(aws.lambda.mappings.values(), ({ enabled }) => enabled)).toEqual([true]);
    // Tags that a guardian without a table has written.
    Object.assign(aws.lambda.functions.get('thumbs') ?? {}, { concurrency: 0, tags: { 'ftpms:had': '5 0 silent=1', mine: 'too' } });
    await createOperator().restore();
    expect(aws.lambda.functions.get('thumbs')).toMatchObject({ concurrency: 5, tags: { mine: 'too' } });
    expect(await createOperator().drill('thumbs')).toMatchObject({ function: 'thumbs', stopMs: expect.any(Number) });
    expect(await createOperator().status()).toBeUndefined();
    // Without a table.
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    expect(await createOperator().stop()).toMatchObject({ changed: ['orders', 'thumbs', 'free'], failed: [expect.stringContaining('ECONNREFUSED')] });
    expect(Array.from(aws.lambda.functions.values(), ({ concurrency }) => concurrency)).toEqual([0, 0, undefined, 0]);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', aws.endpoint);
    await createOperator().restore();
    expect(Array.from(aws.lambda.functions.values(), ({ concurrency }) => concurrency)).toEqual([10, 5, undefined, undefined]);
    expect(aws.used()).toEqual(allowed('operator'));
    await createGuardian()(SCHEDULE);
    expect(await createOperator().status()).toMatchObject({ version: 1, month: month() });
    aws.used();

    vi.stubEnv('FTPMS_SCOPE', 'second');
    const guardian = createGuardian();
    expect(await guardian(SCHEDULE)).toMatchObject({ did: 'reconciled', level: 'normal' });
    const ledger = table(TABLE, 'guardian').ledger('second');
    await ledger.mode(month(), ['open'], 'blocked');
    expect(await guardian({ ftpms: 'stop', month: month() })).toMatchObject({ did: 'stopped', details: { failed: [] } });
    expect((await ledger.read(month()))?.stoppedAt).toBeGreaterThan(0);
    expect(await guardian({ ftpms: 'restore' })).toEqual({ did: 'restored' });
    expect(Array.from(aws.lambda.functions.values(), ({ concurrency }) => concurrency)).toEqual([10, 5, undefined, undefined]);
    // The table becomes unreachable, and responds again.
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    expect(await guardian({ ftpms: 'stop', month: month(), silent: 'thumbs' })).toMatchObject({ details: { changed: ['thumbs'] } });
    expect(aws.lambda.functions.get('thumbs')).toMatchObject({ concurrency: 0, tags: { 'ftpms:had': expect.stringMatching(/^5 0 silent=\d+$/) } });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', aws.endpoint);
    await guardian({ ftpms: 'reconcile' });
    expect(await table(TABLE, 'guardian').records('second').get('saved#thumbs')).toMatchObject({ concurrency: 5, silentAt: expect.any(Number) });
    expect(await guardian({ ftpms: 'restore' })).toEqual({ did: 'restored' });
    expect(aws.lambda.functions.get('thumbs')).toMatchObject({ concurrency: 5, tags: {} });
    expect(aws.used()).toEqual(allowed('guardian'));

    await table(TABLE, 'guardian')
      .ledger('account')
      .grant({ month: month(), epoch: 1, amount: { requests: 1, mbMs: 1 }, init: 0, critical: true });
    await invoke('guardian', { ftpms: 'stop', month: month() });
    expect(aws.lambda.invocations).toEqual([{ function: 'guardian', payload: { ftpms: 'stop', month: month() } }]);
    expect(allowed('handler')).toEqual(expect.arrayContaining(aws.used()));
  });

  it('creates eight of ten free alarms, one dashboard, and six of ten free metrics', async () => {
    await using aws = await cloud();
    const { alarms, dashboard } = await createOperator().setup();
    expect([alarms.length, aws.watch.alarms.size, Array.from(aws.watch.dashboards.keys())]).toEqual([8, 8, [dashboard]]);
    expect(aws.watch.alarm('ftpms-account-heartbeat')).toBe('ALARM');
    await createGuardian()(SCHEDULE);
    expect(aws.watch.custom()).toHaveLength(6);
    expect(aws.watch.alarm('ftpms-account-heartbeat')).toBe('OK');
    expect(aws.watch.alarm('ftpms-account-RequestsPct-warn')).toBe('OK');
    const after = Date.now() + 1000;
    aws.watch.metrics.now = () => after;
    aws.watch.invoked('orders', Date.now(), ...Array(12_000).fill(1));
    expect(aws.watch.alarm('ftpms-account-burst')).toBe('ALARM');
    expect(aws.watch.counts.get('cloudwatch:GetMetricData')).toBeUndefined();
  });

  it('names the action and the policy if a permission is missing', async () => {
    await using aws = await cloud();
    await createOperator().setup();
    for (const action of ['lambda:ListFunctions', 'lambda:GetFunctionConcurrency', 'cloudwatch:GetMetricStatistics']) {
      for (const fake of [aws.lambda, aws.watch]) fake.denied.add(action);
      await expect(createGuardian()(SCHEDULE)).rejects.toMatchObject({
        code: 'Forbidden',
        message: `ftpms: AWS does not allow ${action}. Attach policies/guardian.json of @suga/ftpms, with your names filled in.`,
      });
      await expect(createOperator().check()).rejects.toThrow('policies/operator.json');
      for (const fake of [aws.lambda, aws.watch]) fake.denied.clear();
    }
    aws.lambda.denied.add('lambda:PutFunctionConcurrency');
    const { failed } = await createOperator().stop();
    expect(failed[0]).toContain('lambda:PutFunctionConcurrency');
    aws.lambda.denied.clear();
    await createOperator().restore();
    aws.lambda.denied.add('lambda:UpdateEventSourceMapping');
    const before = aws.lambda.counts.get('lambda:ListEventSourceMappings') ?? 0;
    const drilled = createOperator().drill('thumbs');
    await expect(drilled).rejects.toMatchObject({ code: 'Forbidden', details: { action: 'lambda:UpdateEventSourceMapping' } });
    expect((aws.lambda.counts.get('lambda:ListEventSourceMappings') ?? 0) - before).toBeLessThan(5);
    expect(aws.lambda.functions.get('thumbs')?.concurrency).toBe(5);
    aws.watch.denied.add('cloudwatch:PutMetricData');
    aws.tier.denied.add('freetier:GetFreeTierUsage');
    expect(await createGuardian()(SCHEDULE)).toMatchObject({ did: 'reconciled' });
  });

  it.each([
    [7, 0, 0],
    [125, 0, 5],
    [7, 48, 1],
    [7, 49, 7],
  ])(
    'gives %i event sources back after the table is lost, of a function with %i tags, and says of how many it has no record: %i',
    async (count, others, unlisted) => {
      await using aws = await cloud();
      const tags = Object.fromEntries(Array.from({ length: others }, (_, at) => [`own-${at}`, 'x']));
      Object.assign(aws.lambda.functions.get('thumbs') ?? {}, { tags });
      const ids = Array.from({ length: count }, (_, at) => `11111111-2222-3333-4444-${String(at).padStart(12, '0')}`);
      aws.lambda.mappings.clear();
      for (const id of ids) aws.lambda.mappings.set(id, { function: 'thumbs', enabled: true, readyAt: 0 });
      await createOperator().setup();
      expect(await createOperator().stop()).toMatchObject({ failed: [] });
      const off = () => ids.filter((id) => !aws.lambda.mappings.get(id)?.enabled);
      expect(off()).toHaveLength(count);
      // Another scope knows as little as a new table.
      vi.stubEnv('FTPMS_SCOPE', 'second');
      await createOperator().setup();
      const restored = createOperator().restore();
      if (unlisted > 0) await expect(restored).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining(`${unlisted} of its event sources`) });
      else await restored;
      expect([off().length, aws.lambda.functions.get('thumbs')]).toEqual([unlisted, expect.objectContaining({ concurrency: 5, tags })]);
    },
  );

  it('works with a control plane that throttles and pages', async () => {
    await using aws = await cloud();
    aws.lambda.settings.page = 1;
    await createOperator().setup();
    let refused = 0;
    aws.lambda.before = (action) => {
      if (/Concurrency|Mapping/.test(action) && refused++ % 5 < 2) throw new Fault('TooManyRequestsException', 'Rate exceeded', 429);
    };
    expect(await createOperator().stop()).toEqual({ changed: expect.arrayContaining(['orders', 'thumbs']), failed: [] });
    expect(aws.lambda.functions.get('thumbs')?.concurrency).toBe(0);
  });

  it('runs at once for an alarm, but not for its own alerts, and not before it is due', async () => {
    await using _aws = await cloud();
    await createOperator().setup();
    const guardian = createGuardian();
    expect(await guardian(SCHEDULE)).toMatchObject({ did: 'reconciled' });
    expect(await guardian(SCHEDULE)).toEqual({ did: 'nothing' });
    expect(await guardian(alarm('ALARM'))).toMatchObject({ did: 'reconciled' });
    expect(await guardian(alarm('OK'))).toEqual({ did: 'nothing' });
    expect(await guardian({ Records: [{ Sns: { Message: 'FTPMS account: WARN' } }, null, { Sns: { Message: 'null' } }] })).toEqual({ did: 'nothing' });
    expect(await guardian({ ftpms: 'reconcile' })).toMatchObject({ did: 'reconciled' });
  });

  it('handles many invocations at once in one process', async () => {
    await using aws = await cloud();
    await createOperator().setup();
    const guardian = createGuardian();
    await guardian(SCHEDULE);
    await table(TABLE, 'guardian').ledger('account').mode(month(), ['open'], 'blocked');
    const calls = Array.from({ length: 8 }, (_, index) => guardian(index % 2 ? { ftpms: 'stop', month: month() } : alarm('ALARM')));
    const answers = await Promise.all(calls);
    expect(answers.filter(({ did }) => did === 'stopped')).toHaveLength(4);
    expect(Array.from(aws.lambda.functions.values(), ({ concurrency }) => concurrency)).toEqual([0, 0, undefined]);
    const records = table(TABLE, 'guardian').records('account');
    expect(await Promise.all(['orders', 'thumbs'].map((name) => records.get(`saved#${name}`)))).toEqual([
      { concurrency: 10, mappings: [], markedWith: 0 },
      { concurrency: 5, mappings: ['11111111-2222-3333-4444-555555555555'], markedWith: 0 },
    ]);
  });

  it.each([
    undefined,
    null,
    'stop',
    5,
    [],
    {},
    { ftpms: 'stop' },
    { ftpms: 'stop', month: '2026-13' },
    { ftpms: 'stop', month: '__proto__' },
    { ftpms: 'stop', month: 'x'.repeat(1e7) },
    { ftpms: 'stop', month: '2026-11', silent: '../orders' },
    { ftpms: 'stop', month: '2026-11', silent: {} },
    { ftpms: 'drill', function: '../orders' },
    { ftpms: 'constructor' },
    { ftpms: { toString: 'stop' } },
    JSON.parse('{"__proto__":{"ftpms":"restore"}}'),
  ])('refuses payload %#', async (event) => {
    await expect(createGuardian({ table: 'ftpms', functions: [{ name: 'orders' }] })(event)).rejects.toMatchObject({ code: 'InvalidParams' });
  });

  it.each([
    [{}, 'FTPMS_TABLE is not set: give the name of the ledger'],
    [{ table: 'x' }, 'FTPMS_TABLE'],
    [{ table: 'ftpms' }, 'FTPMS_FUNCTIONS'],
    [{ table: 'ftpms', functions: [] }, 'functions'],
    [{ table: 'ftpms', functions: [{ name: '../x' }] }, 'functions'],
    [{ table: 'ftpms', functions: [{ name: 'a' }], stopLatencyMs: -1 }, 'stopLatencyMs'],
    [{ table: 'ftpms', functions: [{ name: 'a' }], topic: 'alerts' }, '"topic" must be the ARN of an SNS topic, got "alerts".'],
    [{ table: 'ftpms', functions: [{ name: 'a' }], thresholds: { warn: 0.99 } }, 'thresholds/warn'],
  ])('refuses settings %j', (options, name) => {
    expect(() => createOperator(options as never)).toThrow(expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(name) }));
  });

  it('refuses a deployment for which the guarantee does not hold, and says what to change', async () => {
    await using aws = await cloud();
    const functions = aws.lambda.functions;
    functions.set('orders', { memoryMb: 128, timeout: 10, concurrency: 100 });
    const { holds, advice, inequalities } = await createOperator({ stopLatencyMs: 60_000 }).check();
    expect(holds).toBe(false);
    expect(inequalities.map(({ of }) => of)).toEqual(['requests', 'compute']);
    expect(advice.join('\n')).toMatch(
      /from 105 to \d+ in all: orders \d+, thumbs \d+\.\nOr stop faster: FTPMS_STOP_LATENCY_S=[\d.]+ .*\nOr block earlier: FTPMS_BLOCK_THRESHOLD=\d/,
    );
    const [, orders, thumbs] = /orders (\d+), thumbs (\d+)/.exec(advice.join()) ?? [];
    functions.set('thumbs', { memoryMb: 256, timeout: 10, concurrency: Number(thumbs) });
    functions.set('orders', { memoryMb: 128, timeout: 10, concurrency: Number(orders) });
    expect(await createOperator({ stopLatencyMs: 60_000 }).check()).toMatchObject({ holds: true, advice: [] });
    functions.set('orders', { memoryMb: 128, timeout: 10 });
    expect((await createOperator().check()).advice).toEqual([expect.stringMatching(/^Set reserved concurrency for orders: without it nothing bounds them\./)]);
    expect((await createOperator({ functions: [{ name: 'gone' }] }).check()).advice[0]).toContain('gone');
  });
});
