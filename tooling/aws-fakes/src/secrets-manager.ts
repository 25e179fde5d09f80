import { type Access, denial, invalid, openAccess } from './access.ts';
import { type Call, Fault, type Service } from './server.ts';

/** A fake Secrets Manager with its controls for a test. `*` in `denied` denies the batch operation itself. */
export interface FakeSecretsManager extends Access {
  readonly service: Service;
  /** Rotates a secret, or adds it if it is new. */
  put(name: string, value: string | Uint8Array): void;
  /** Marks a secret for deletion. */
  remove(name: string): void;
}

interface Secret {
  readonly value: string | Uint8Array;
  readonly deleted?: boolean;
}

const arnOf = (name: string): string => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;

/** `GetSecretValue` and `BatchGetSecretValue`, with the limits and errors of the real operations. */
export function secretsManager(initial: Readonly<Record<string, string | Uint8Array>> = {}): FakeSecretsManager {
  const secrets = new Map<string, Secret>(Object.entries(initial).map(([name, value]) => [name, { value }]));
  const store: FakeSecretsManager = {
    ...openAccess(),
    put: (name, value) => void secrets.set(name, { value }),
    remove: (name) => void secrets.set(name, { value: '', deleted: true }),
    service: {
      'secretsmanager.GetSecretValue': async (call) => (await store.before(call.operation), getOne(secrets, store, String(call.input['SecretId']))),
      'secretsmanager.BatchGetSecretValue': async (call) => (await store.before(call.operation), getMany(secrets, store, call)),
    },
  };
  return store;
}

function getMany(secrets: ReadonlyMap<string, Secret>, access: Access, { input }: Call): object {
  const { SecretIdList: ids, Filters: filters } = input as { SecretIdList?: string[]; Filters?: unknown };
  if (access.denied.has('*')) throw denial('secretsmanager:BatchGetSecretValue', '*');
  if (!ids === !filters) throw invalid('Give SecretIdList or Filters, and not both.', 'InvalidParameterException');
  if (!ids?.length || ids.length > 20) throw invalid("1 validation error detected: 'secretIdList' must have between 1 and 20 members");
  if (new Set(ids).size < ids.length) throw invalid('SecretIdList must not have duplicates.', 'InvalidParameterException');
  const answers = ids.map((id) => {
    try {
      return { value: getOne(secrets, access, id) };
    } catch (error) {
      const { code, message } = error as Fault;
      return { error: { SecretId: id, ErrorCode: code, Message: message } };
    }
  });
  return { SecretValues: answers.flatMap(({ value }) => value ?? []), Errors: answers.flatMap(({ error }) => error ?? []) };
}

function getOne(secrets: ReadonlyMap<string, Secret>, access: Access, id: string): object {
  if (id === '' || id.length > 2048) throw invalid("Value at 'secretId' failed to satisfy constraint: length between 1 and 2048");
  const name = id.startsWith('arn:') ? ([...secrets.keys()].find((each) => [arnOf(each), arnOf(each).slice(0, -7)].includes(id)) ?? id) : id;
  if (access.denied.has(name)) throw denial('secretsmanager:GetSecretValue', arnOf(name));
  if (access.keyDenied.has(name)) throw new Fault('AccessDeniedException', 'Access to KMS is not allowed: kms:Decrypt');
  const secret = secrets.get(name);
  if (!secret) throw new Fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (secret.deleted) {
    throw new Fault('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
  }
  const { value } = secret;
  const content = typeof value === 'string' ? { SecretString: value } : { SecretBinary: Buffer.from(value).toString('base64') };
  return { ARN: arnOf(name), Name: name, VersionId: 'a1b2c3d4-0000-4000-8000-000000000000', VersionStages: ['AWSCURRENT'], ...content };
}
