import { assertInteger } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Backend } from './backend.js';
import type { StoreOptions } from './contract.js';
import { memoryBackend } from './memory.js';

/** Creates the backend that the options name. DynamoDB's and Redis's code is loaded only when it is used. @throws `InvalidParams` */
export function createBackend({ backend = { type: 'memory' } }: StoreOptions): Backend {
  switch (backend?.type) {
    case 'memory': {
      const { maxEntries = 10_000 } = backend;
      assertInteger('store', 'backend.maxEntries', maxEntries, [1]);
      return memoryBackend(maxEntries);
    }
    case 'dynamodb':
      return (require('./dynamodb/dynamodb.js') as typeof import('./dynamodb/dynamodb.js')).dynamodbBackend(backend);
    case 'redis':
      return (require('./redis/redis.js') as typeof import('./redis/redis.js')).redisBackend(backend);
    default:
      throw invalidParam('store', 'backend.type', (backend as { readonly type?: unknown } | null)?.type, '"memory", "dynamodb" or "redis"');
  }
}
