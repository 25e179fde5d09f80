import { awsClient } from '@suga/gateway/aws';
import { assertBoolean, assertInteger } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import { type Backend, type CommandJob, RequestCounter } from '../backend.js';
import type { DynamoClient, DynamoOptions } from '../contract.js';
import { KeyQueue, type QueuedWrite } from './key-queue.js';
import { LIMITS, OVERHEAD } from './limits.js';
import { TableRequests } from './table-requests.js';

const METHODS = ['batchGetItem', 'batchWriteItem', 'putItem', 'updateItem'] as const;

type Task = () => Promise<void>;

/** Creates the backend that stores values in a DynamoDB table. @throws `InvalidParams` */
export function dynamodbBackend(options: DynamoOptions): Backend {
  assertOptions(options);
  const { parallel = 8 } = options;
  const counter = new RequestCounter();
  let ownClient: (DynamoClient & { destroy?(): void }) | undefined;
  // One try: this backend does the retries, because it knows what may be repeated and how much time is left.
  const client = (): DynamoClient =>
    options.client ?? (ownClient ??= awsClient<DynamoClient>('client-dynamodb', 'DynamoDB', { who: 'store', settings: { maxAttempts: 1 } }));

  return {
    type: 'dynamodb',
    maxBytes: LIMITS.bytesPerItem - OVERHEAD,
    run: async (job) => {
      const table = new TableRequests(client(), { options, counter, job });
      const queues = toQueues(job);
      for (let tasks = nextTasks(queues, table); tasks.length > 0 && !job.signal.aborted; tasks = nextTasks(queues, table)) await runAll(tasks, parallel);
    },
    stats: () => ({ requests: { ...counter.requests }, retries: counter.retries, unprocessed: counter.unprocessed }),
    close: () => {
      ownClient?.destroy?.();
      ownClient = undefined;
    },
  };
}

function toQueues({ commands, settle }: CommandJob): readonly KeyQueue[] {
  const queues = new Map<string, KeyQueue>();
  for (const command of commands) {
    const queue = queues.get(command.key) ?? new KeyQueue(command.key, settle);
    queues.set(command.key, queue);
    queue.add(command);
  }
  return [...queues.values()];
}

/** Combines the next steps of all queues into as few requests as possible. */
function nextTasks(queues: readonly KeyQueue[], table: TableRequests): readonly Task[] {
  const reads: KeyQueue[] = [];
  const writes: QueuedWrite[] = [];
  const tasks: Task[] = [];
  for (const queue of queues) {
    const step = queue.next();
    if (step?.kind === 'read') reads.push(queue);
    else if (step?.kind === 'write') writes.push([queue, step]);
    else if (step) tasks.push(() => table.update(queue, step));
  }
  for (let at = 0; at < reads.length; at += LIMITS.keysPerRead) tasks.push(() => table.read(reads.slice(at, at + LIMITS.keysPerRead)));
  for (const chunk of chunks(writes)) tasks.push(() => table.write(chunk));
  return tasks;
}

/** Splits writes into chunks that fit into one request. A string may double in size in the request, because its quotes are escaped. */
function* chunks(writes: readonly QueuedWrite[]): Generator<readonly QueuedWrite[]> {
  let [chunk, bytes]: [QueuedWrite[], number] = [[], 0];
  for (const write of writes) {
    const size = 2 * (Buffer.byteLength(write[0].key) + Buffer.byteLength(write[1].entry?.text ?? '') + OVERHEAD);
    if (chunk.length === LIMITS.itemsPerWrite || (chunk.length > 0 && bytes + size > LIMITS.bytesPerWrite)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(write);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

/** Runs all tasks, at most `maxParallel` at a time. */
async function runAll(tasks: readonly Task[], maxParallel: number): Promise<void> {
  const pending = tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of pending) await task();
  };
  await Promise.all(Array.from({ length: Math.min(maxParallel, tasks.length) }, worker));
}

function assertOptions({ table, client, consistent = true, parallel = 8 }: DynamoOptions): void {
  if (typeof table !== 'string' || table === '') throw invalidParam('store', 'backend.table', table, "the table's name or ARN");
  const methods = client as Partial<Record<string, unknown>> | null | undefined;
  if (methods !== undefined && METHODS.some((method) => typeof methods?.[method] !== 'function'))
    throw invalidParam('store', 'backend.client', client, `a client with ${METHODS.join(', ')}`);
  assertBoolean('store', 'backend.consistent', consistent);
  assertInteger('store', 'backend.parallel', parallel, [1]);
}
