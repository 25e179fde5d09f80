import { KMS } from '@aws-sdk/client-kms';
import { type FakeAws, kms, startAws } from '@suga/aws-fakes';
import { afterAll, beforeAll, expect, it } from 'vitest';

let aws: FakeAws;
let client: KMS;
beforeAll(async () => {
  aws = await startAws(kms('alias/app', '11111111-1111-4111-8111-111111111111'));
  client = new KMS(aws.settings);
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

const made = (KeyId = 'alias/app') => client.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext: { a: '1', b: '2' } });

it('generates data keys and decrypts them, with the context in any order', async () => {
  const { Plaintext, CiphertextBlob, KeyId } = await made();
  expect(Plaintext).toHaveLength(32);
  expect(KeyId).toMatch(/^arn:aws:kms:.*:key\//);
  for (const named of ['alias/app', KeyId, undefined]) {
    const opened = await client.decrypt({ CiphertextBlob, EncryptionContext: { b: '2', a: '1' }, ...(named && { KeyId: named }) });
    expect(opened.Plaintext).toEqual(Plaintext);
  }
});

it('refuses another context, another key, changed bytes and unknown keys with the errors of KMS', async () => {
  const { CiphertextBlob = new Uint8Array() } = await made();
  const EncryptionContext = { a: '1', b: '2' };
  await expect(client.decrypt({ CiphertextBlob, EncryptionContext: { a: '1' } })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  const KeyId = '11111111-1111-4111-8111-111111111111';
  await expect(client.decrypt({ CiphertextBlob, EncryptionContext, KeyId })).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  await expect(client.decrypt({ CiphertextBlob: CiphertextBlob.with(40, (CiphertextBlob[40] ?? 0) ^ 1), EncryptionContext })).rejects.toMatchObject({
    name: 'InvalidCiphertextException',
  });
  await expect(client.decrypt({ CiphertextBlob: new Uint8Array(7000) })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(made('alias/other')).rejects.toMatchObject({ name: 'NotFoundException' });
  await expect(client.generateDataKey({ KeyId })).rejects.toMatchObject({ name: 'ValidationException' });
});
