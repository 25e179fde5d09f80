import type { SecretsClient, SecretValue } from '../contract.js';
import type { Content, RemoteStore } from './contract.js';

/**
 * The store of secrets, twenty per request. A single secret is read with `GetSecretValue`. If the role turns out to lack
 * `BatchGetSecretValue`, which needs a permission of its own, all secrets are read one by one from then on.
 */
export function secrets(client: () => SecretsClient): RemoteStore {
  const store: RemoteStore = {
    limit: 20,
    subject: (name) => ({ kind: 'secret', name, service: 'Secrets Manager', permission: 'secretsmanager:GetSecretValue', resource: arnOf(name) }),
    fetch: async (names, { signal }) => {
      const [name = ''] = names;
      if (names.length > 1) return many(client(), names, signal, store);
      const content = contentOf(await client().getSecretValue({ SecretId: name }, { abortSignal: signal }));
      return new Map(content ? [[name, content]] : []);
    },
  };
  return store;
}

async function many(client: SecretsClient, names: readonly string[], abortSignal: AbortSignal, store: RemoteStore): Promise<Map<string, Content | Error>> {
  const found = new Map<string, Content | Error>();
  try {
    const { SecretValues = [], Errors = [] } = await client.batchGetSecretValue({ SecretIdList: [...names] }, { abortSignal });
    for (const { SecretId = '', ErrorCode = 'InternalServiceError', Message = '' } of Errors) {
      // `$metadata` marks it as an error of the service, as in the SDK's own errors.
      found.set(SecretId, Object.assign(new Error(Message), { name: ErrorCode, $metadata: { httpStatusCode: 400 } }));
    }
    for (const secret of SecretValues) {
      const content = contentOf(secret);
      const matching = names.filter((name) => name === secret.Name || isArnOf(name, secret.ARN));
      for (const name of matching) if (content) found.set(name, content);
    }
  } catch (error) {
    // Secrets that may not be read are among the errors above. Here the request itself was denied.
    if ((error as Error | undefined)?.name === 'AccessDeniedException') store.limit = 1;
    throw error;
  }
  return found;
}

function contentOf({ SecretString, SecretBinary }: SecretValue): Content | undefined {
  const value = SecretString ?? SecretBinary;
  return value === undefined ? undefined : { value };
}

/** Whether `name` is the secret's ARN, with or without the final hyphen and six letters. Any other longer ARN belongs to another secret. */
function isArnOf(name: string, arn = ''): boolean {
  return name === arn || (name.startsWith('arn:') && arn.startsWith(`${name}-`) && arn.length === name.length + 7);
}

/** Returns the ARN as policies use it. Secrets Manager appends six letters of its own to it. */
const arnOf = (name: string): string => (name.startsWith('arn:') ? name : `arn:aws:secretsmanager:*:*:secret:${name}-??????`);
