import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { configuration } from '../../src/guardian/config.js';
import { createGuardian } from '../../src/guardian/index.js';
import { table } from '../../src/ledger/dynamodb-ledger.js';
import { createOperator } from '../../src/operator/index.js';
import { TABLE } from '../dynamo.js';
import { cloud } from './cloud.js';

const environment = { FTPMS_TABLE: TABLE, FTPMS_GUARDIAN: 'guardian' };

/** Deploys functions with complete settings. */
function deploy({ lambda }: Awaited<ReturnType<typeof cloud>>): void {
  for (const [name, each] of lambda.functions) lambda.functions.set(name, { ...each, environment });
  lambda.functions.set('guardian', { memoryMb: 128, timeout: 60, concurrency: 2, environment: { FTPMS_TABLE: TABLE, FTPMS_FUNCTIONS: 'orders,thumbs' } });
}

async function makeTable(endpoint: string, more: object): Promise<void> {
  const client = new DynamoDB({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const input = { TableName: TABLE, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }], ...more };
  await client.createTable({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], ...input });
  client.destroy();
}

describe('check', () => {
  it('gives no warning if the deployment confirms what the numbers assume', async () => {
    await using aws = await cloud();
    deploy(aws);
    expect(await createOperator().check()).toMatchObject({ holds: true, warnings: [], writes: { needed: 2.34, table: 5 } });
  });

  it('warns of settings that functions lack', async () => {
    await using aws = await cloud();
    deploy(aws);
    const { functions } = aws.lambda;
    const put = (name: string, variables: Record<string, string>) => functions.set(name, { memoryMb: 128, timeout: 3, concurrency: 2, environment: variables });
    const warned = async () => (await createOperator().check()).warnings.join('\n');
    put('orders', {});
    expect(await warned()).toMatch(/^orders has no FTPMS_TABLE: .* nothing bounds it\.$/);
    put('orders', { ...environment, FTPMS_ENABLED: 'Off' });
    expect(await warned()).toMatch(/^orders has FTPMS_ENABLED=Off: .*$/);
    put('orders', { ...environment, FTPMS_SCOPE: 'else' });
    expect(await warned()).toBe('orders leases from the table ftpms, scope else, and not from ftpms, scope account.');
    put('orders', { FTPMS_TABLE: TABLE, FTPMS_EMERGENCY: '5000' });
    expect(await warned()).toMatch(
      /^orders has no FTPMS_GUARDIAN: .*\norders may run 5000 emergencies, but the inequality counts 10\. Set the same FTPMS_EMERGENCY everywhere\.$/,
    );
    put('orders', environment);
    put('mails', environment);
    expect(await warned()).toBe('mails leases from this ledger, but FTPMS_FUNCTIONS does not name it, so it is never stopped.');
  });

  it('warns of a guardian without its own concurrency, one that does not exist and one that is not named', async () => {
    await using aws = await cloud();
    deploy(aws);
    const guardian = (concurrency?: number) => aws.lambda.functions.set('guardian', { memoryMb: 128, timeout: 60, concurrency });
    for (const concurrency of [undefined, 0, 1]) {
      guardian(concurrency);
      expect((await createOperator().check()).warnings).toEqual([expect.stringContaining('The guardian, guardian, needs reserved concurrency 2')]);
    }
    aws.lambda.functions.delete('guardian');
    expect((await createOperator().check()).warnings).toEqual([
      expect.stringContaining('does not exist in this region'),
      expect.stringContaining('No EventBridge rule'),
    ]);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', undefined);
    expect((await createOperator().check()).warnings).toEqual([expect.stringContaining('FTPMS_GUARDIAN is not set here')]);
  });

  it('returns how many writes the table gets, and warns if they are too many', async () => {
    await using aws = await cloud();
    deploy(aws);
    aws.lambda.functions.set('orders', { memoryMb: 128, timeout: 3, concurrency: 95, environment });
    const { writes, warnings } = await createOperator().check();
    expect(writes).toEqual({ needed: 8, table: 5 });
    expect(warnings).toEqual([expect.stringMatching(/^The table takes 5 writes a second, and may get 8\. /)]);
  });

  it('names emergencies and the account’s limit in its advice', async () => {
    await using aws = await cloud();
    aws.lambda.functions.set('orders', { memoryMb: 10_240, timeout: 900, concurrency: 1 });
    const functions = [{ name: 'orders', critical: true }];
    const { advice } = await createOperator({ functions }).check();
    const [, fewer] = /FTPMS_EMERGENCY=(\d+),/.exec(advice.join()) ?? [];
    expect(await createOperator({ functions, emergency: Number(fewer) }).check()).toMatchObject({ holds: true });
    expect(await createOperator({ functions, emergency: Number(fewer) + 1 }).check()).toMatchObject({ holds: false });
    aws.lambda.functions.set('orders', { memoryMb: 128, timeout: 3 });
    expect((await createOperator().check()).advice[0]).toMatch(/reserved concurrency for orders.*a new account, whose limit is 10/);
  });
});

describe('setup', () => {
  it('refuses a table on demand unless it is allowed, and a table with another key', async () => {
    await using aws = await cloud();
    await makeTable(aws.endpoint, { BillingMode: 'PAY_PER_REQUEST' });
    await expect(createOperator().setup()).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining('is on demand, which AWS bills') });
    expect(await createOperator().setup({ onDemand: true })).toMatchObject({ isNew: false });
    expect((await createOperator().check()).writes).toEqual({ needed: 2.34 });
    await using other = await cloud();
    const [AttributeDefinitions, KeySchema] = [[{ AttributeName: 'id', AttributeType: 'S' }], [{ AttributeName: 'id', KeyType: 'HASH' }]];
    await makeTable(other.endpoint, { AttributeDefinitions, KeySchema, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } });
    for (const work of [() => createOperator().setup(), () => createOperator().check()]) {
      await expect(work()).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining('is not "pk", a string. Name another table') });
    }
  });

  it('creates separate metrics and alarms for each scope except the account’s', async () => {
    await using aws = await cloud();
    await createOperator().setup();
    await createOperator({ scope: 'team/b' }).setup();
    await createGuardian()({ ftpms: 'reconcile' });
    const states = ['account', 'team-b'].map((scope) => aws.watch.alarm(`ftpms-${scope}-heartbeat`));
    expect(states).toEqual(['OK', 'ALARM']);
    await createGuardian({ scope: 'team/b' })({ ftpms: 'reconcile' });
    expect(aws.watch.alarm('ftpms-team-b-heartbeat')).toBe('OK');
    expect(aws.watch.custom()).toHaveLength(12);
    expect(aws.watch.dashboards.get('ftpms-team-b')).toContain('["FTPMS","Mode","Scope","team/b"]');
    expect(aws.watch.dashboards.get('ftpms-account')).toContain('["FTPMS","Mode"]');
  });

  it('sets alarms and dashboard lines to where levels begin, and the heartbeat to the time between runs', async () => {
    await using aws = await cloud();
    aws.lambda.functions.set('orders', { memoryMb: 128, timeout: 10, concurrency: 395 });
    await createOperator({ stopLatencyMs: 80_000, emergency: 0 }).setup();
    const lines = (level: string) => aws.watch.alarms.get(`ftpms-account-RequestsPct-${level}`)?.Threshold ?? 0;
    // 1,000,000 − 10 × 400 × (20 + 80) − 400 × (20 + 80) ÷ 2 − 400, and the guardian's month after a BLOCK: 744 hours, and two hours in minutes.
    expect(lines('block')).toBeCloseTo(57.96 - 0.1, 1);
    expect(lines('warn')).toBeCloseTo((lines('block') * 0.75) / 0.95, 1);
    expect(aws.watch.dashboards.get('ftpms-account')).toContain(`"value":${lines('block')}`);
    expect(aws.watch.alarms.get('ftpms-account-heartbeat')?.EvaluationPeriods).toBe(3);
    for (let each = 0; each < 200; each++) aws.lambda.functions.set(`f${each}`, { memoryMb: 128, timeout: 3 });
    await createOperator({ functions: Array.from({ length: 200 }, (_, each) => ({ name: `f${each}` })) }).setup();
    // A run every 19 minutes.
    expect(aws.watch.alarms.get('ftpms-account-heartbeat')?.EvaluationPeriods).toBe(9);
  });
});

describe('an operator', () => {
  it('disables and restores mappings of aliases, too, on any page', async () => {
    await using aws = await cloud();
    await createOperator().setup();
    aws.lambda.settings.page = 1;
    aws.lambda.mappings.set('22222222-2222-3333-4444-555555555555', { function: 'thumbs:live', enabled: true, readyAt: 0 });
    aws.lambda.mappings.set('33333333-2222-3333-4444-555555555555', { function: 'thumbs2', enabled: true, readyAt: 0 });
    const enabled = () => Array.from(aws.lambda.mappings.values(), (each) => each.enabled);
    await createOperator().stop();
    expect(enabled()).toEqual([false, false, true]);
    await createOperator().restore();
    expect(enabled()).toEqual([true, true, true]);
  });

  it('returns the ledger’s present state with the report', async () => {
    await using _aws = await cloud();
    await createOperator().setup();
    await createGuardian()({ ftpms: 'reconcile' });
    expect(await createOperator().status()).toMatchObject({ mode: 'open', now: { at: expect.any(Number), mode: 'open', isHeld: false } });
    await createOperator().stop();
    expect(await createOperator().status()).toMatchObject({ mode: 'open', now: { mode: 'blocked', isHeld: true } });
    expect(await table(TABLE, 'guardian').records('account').get('hold')).toBeDefined();
  });

  it.each(['guard', 'guard:live', 'arn:aws:lambda:eu-west-1:123456789012:function:guard', 'arn:aws:lambda:eu-west-1:123456789012:function:guard:3'])(
    'never stops the guardian, named %s',
    (name) => {
      const settings = configuration({ table: 'ftpms', guardian: name, functions: [{ name: 'guard' }, { name: 'orders' }] }).settings;
      expect([settings.self, Array.from(settings.functions.keys())]).toEqual(['guard', ['orders']]);
    },
  );
});
