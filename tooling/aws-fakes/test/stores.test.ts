import { AppConfigData } from '@aws-sdk/client-appconfigdata';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SSM } from '@aws-sdk/client-ssm';
import { appConfig, Fault, parameterStore, secretsManager, startAws } from '@suga/aws-fakes';
import { describe, expect, it } from 'vitest';

describe('the Parameter Store', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `/app/p${index}`);

  it('returns parameters by name, version and ARN, and lists unknown names', async () => {
    const store = parameterStore({ '/app/url': 'https://one', '/app/key': { value: 'k', secure: true } });
    store.put('/app/url', 'https://two');
    await using aws = await startAws(store.service);
    const ssm = new SSM(aws.settings);
    const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/url';
    const { Parameters, InvalidParameters } = await ssm.getParameters({ Names: ['/app/url', '/app/url:1', arn, '/app/key', '/none'], WithDecryption: true });
    expect(Parameters?.map(({ Name, Selector, Value }) => [Name, Selector, Value])).toEqual([
      ['/app/url', undefined, 'https://two'],
      ['/app/url', ':1', 'https://one'],
      ['/app/url', undefined, 'https://two'],
      ['/app/key', undefined, 'k'],
    ]);
    expect(InvalidParameters).toEqual(['/none']);
    const encrypted = await ssm.getParameters({ Names: ['/app/key'] });
    expect(encrypted.Parameters?.[0]?.Value).not.toBe('k');
  });

  it('refuses too many names, duplicate names, and denied names', async () => {
    const store = parameterStore({ '/app/a': { value: '1', secure: true } });
    await using aws = await startAws(store.service);
    const ssm = new SSM(aws.settings);
    await expect(ssm.getParameters({ Names: names(11) })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ssm.getParameters({ Names: ['/app/a', '/app/a'] })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ssm.getParameters({ Names: ['bad name'] })).rejects.toMatchObject({ name: 'ValidationException' });
    store.keyDenied.add('/app/a');
    await expect(ssm.getParameters({ Names: ['/app/a'], WithDecryption: true })).rejects.toThrow(/perform: kms:Decrypt on resource: arn:aws:kms/);
    store.denied.add('/app/a');
    await expect(ssm.getParameters({ Names: ['/app/b', '/app/a'] })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/app/a'),
    });
    store.before = () => {
      throw new Fault('ThrottlingException', 'Rate exceeded');
    };
    await expect(ssm.getParameters({ Names: ['/app/b'] })).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('returns a path in pages', async () => {
    await using aws = await startAws(parameterStore(Object.fromEntries(names(12).map((name) => [name, '1']))).service);
    const ssm = new SSM(aws.settings);
    const first = await ssm.getParametersByPath({ Path: '/app' });
    expect(first.Parameters).toHaveLength(10);
    const second = await ssm.getParametersByPath({ Path: '/app', NextToken: first.NextToken });
    expect([second.Parameters?.length, second.NextToken]).toEqual([2, undefined]);
    await expect(ssm.getParametersByPath({ Path: '/app', NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
    await expect(ssm.getParametersByPath({ Path: 'app' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('Secrets Manager', () => {
  it('returns secrets one by one and in batches, with an error for each that fails', async () => {
    const store = secretsManager({ db: 'password', key: Uint8Array.of(1, 255) });
    await using aws = await startAws(store.service);
    const manager = new SecretsManager(aws.settings);
    expect(await manager.getSecretValue({ SecretId: 'db' })).toMatchObject({ SecretString: 'password', Name: 'db' });
    store.put('gone', 'x');
    store.remove('gone');
    store.put('closed', 'x');
    store.denied.add('closed');
    const { SecretValues, Errors } = await manager.batchGetSecretValue({ SecretIdList: ['db', 'key', 'none', 'gone', 'closed'] });
    expect(SecretValues?.map(({ Name, SecretBinary }) => [Name, SecretBinary && [...SecretBinary]])).toEqual([
      ['db', undefined],
      ['key', [1, 255]],
    ]);
    expect(Errors?.map(({ ErrorCode }) => ErrorCode)).toEqual(['ResourceNotFoundException', 'InvalidRequestException', 'AccessDeniedException']);
  });

  it('refuses more than 20 secrets, and a batch if only single reads are allowed', async () => {
    const store = secretsManager({ db: 'password' });
    await using aws = await startAws(store.service);
    const manager = new SecretsManager(aws.settings);
    const SecretIdList = Array.from({ length: 21 }, (_, index) => `s${index}`);
    await expect(manager.batchGetSecretValue({ SecretIdList })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(manager.batchGetSecretValue({ SecretIdList: ['db', 'db'] })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    store.denied.add('*');
    await expect(manager.batchGetSecretValue({ SecretIdList: ['db'] })).rejects.toThrow(/secretsmanager:BatchGetSecretValue/);
  });
});

describe('AppConfig', () => {
  it('sends a version once, accepts a token once, and refuses expired tokens', async () => {
    const store = appConfig({ 'shop/live/flags': '{"new":true}' });
    await using aws = await startAws(store.service);
    const client = new AppConfigData(aws.settings);
    const input = { ApplicationIdentifier: 'shop', EnvironmentIdentifier: 'live', ConfigurationProfileIdentifier: 'flags' };
    const { InitialConfigurationToken: token } = await client.startConfigurationSession(input);
    const first = await client.getLatestConfiguration({ ConfigurationToken: token });
    expect([new TextDecoder().decode(first.Configuration), first.NextPollIntervalInSeconds]).toEqual(['{"new":true}', 60]);
    await expect(client.getLatestConfiguration({ ConfigurationToken: token })).rejects.toMatchObject({ name: 'BadRequestException' });
    const second = await client.getLatestConfiguration({ ConfigurationToken: first.NextPollConfigurationToken });
    expect(second.Configuration ?? '').toHaveLength(0);
    store.deploy('shop/live/flags', '{}');
    store.expire();
    await expect(client.getLatestConfiguration({ ConfigurationToken: second.NextPollConfigurationToken })).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    await expect(client.startConfigurationSession({ ...input, ApplicationIdentifier: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    store.denied.add('shop/live/flags');
    await expect(client.startConfigurationSession(input)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
