import type { SecretsClient, SecretValue } from '../contract.js';
import type { RemoteStore } from '../remote/request-batcher.js';
import type { Content } from '../remote/value-cache.js';

/**
 * Secrets by name or ARN, twenty to a call. A single one is asked for with `GetSecretValue`, as are all of them once the role
 * turns out to lack `BatchGetSecretValue`, which takes a permission of its own.
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
      // Marked as what came from the service, as the SDK marks its errors.
      found.set(SecretId, Object.assign(new Error(Message), { name: ErrorCode, $metadata: { httpStatusCode: 400 } }));
    }
    for (const secret of SecretValues) {
      const content = contentOf(secret);
      const matching = names.filter((name) => name === secret.Name || isArnOf(name, secret.ARN));
      for (const name of matching) if (content) found.set(name, content);
    }
  } catch (error) {
    // What is denied of single secrets stands among the errors above: this is the call itself.
    if ((error as Error | undefined)?.name === 'AccessDeniedException') store.limit = 1;
    throw error;
  }
  return found;
}

function contentOf({ SecretString, SecretBinary }: SecretValue): Content | undefined {
  const value = SecretString ?? SecretBinary;
  return value === undefined ? undefined : { value };
}

/** An ARN may be asked for without the hyphen and the six letters at its end; whatever else it begins is another secret's. */
function isArnOf(name: string, arn = ''): boolean {
  return name === arn || (name.startsWith('arn:') && arn.startsWith(`${name}-`) && arn.length === name.length + 7);
}

/** Secrets Manager ends a secret's ARN with six letters of its own. */
const arnOf = (name: string): string => (name.startsWith('arn:') ? name : `arn:aws:secretsmanager:*:*:secret:${name}-??????`);
