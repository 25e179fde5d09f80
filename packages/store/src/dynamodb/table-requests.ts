import type { Command, CommandJob, RequestCounter } from '../backend.js';
import type { DynamoClient, DynamoOptions } from '../contract.js';
import { Backoff } from './backoff.js';
import { isItemRefused, isThrottled, isTransient, tooLarge, unavailable } from './errors.js';
import { type Item, toEntry, toItem, toKey } from './item.js';
import type { KeyQueue, QueuedWrite, UpdateStep } from './key-queue.js';
import { update } from './updates.js';

type Request = keyof DynamoClient;

/** Maximum number of retries of an interrupted request. A throttled request is retried until the time limit. */
const MAX_RETRIES = 2;

/** The requests of one job to the table. */
export class TableRequests {
  readonly #client: DynamoClient;
  readonly #options: DynamoOptions;
  readonly #counter: RequestCounter;
  readonly #job: CommandJob;

  constructor(
    client: DynamoClient,
    { options, counter, job }: { readonly options: DynamoOptions; readonly counter: RequestCounter; readonly job: CommandJob },
  ) {
    this.#client = client;
    this.#options = options;
    this.#counter = counter;
    this.#job = job;
  }

  /** Reads the keys of the queues. There are no more of them than fit into one request. */
  async read(queues: readonly KeyQueue[]): Promise<void> {
    const { table, consistent = true } = this.#options;
    const pending = new Map(queues.map((queue) => [queue.key, queue]));
    const backoff = new Backoff(this.#job.deadline);
    try {
      for (let first = true; first || (await backoff.next()); first = false) {
        const input = { RequestItems: { [table]: { Keys: Array.from(pending.keys(), toKey), ConsistentRead: consistent } } };
        const { Responses, UnprocessedKeys } = (await this.#send('batchGetItem', input, true)) as BatchGetOutput;
        const unprocessed = new Set(UnprocessedKeys?.[table]?.Keys?.map(({ id }) => id?.S));
        const items = new Map(Responses?.[table]?.map((item) => [item['id']?.S, item]));
        for (const [key, queue] of pending) if (!unprocessed.has(key) && pending.delete(key)) deliver(queue, items.get(key));
        if (pending.size === 0) return;
        this.#countUnprocessed(pending.size, backoff);
      }
      throw unprocessedError('ProvisionedThroughputExceeded');
    } catch (error) {
      for (const queue of pending.values()) queue.readFailed(unavailable(error, table, 'BatchGetItem'));
    }
  }

  /** Writes the final entries of queues. There are no more of them than fit into one request. */
  async write(writes: readonly QueuedWrite[]): Promise<void> {
    const { table } = this.#options;
    const pending = new Map(writes.map((write) => [write[0].key, write]));
    const backoff = new Backoff(this.#job.deadline);
    try {
      for (let first = true; first || (await backoff.next()); first = false) {
        const input = { RequestItems: { [table]: Array.from(pending.values(), toWriteRequest) } };
        const { UnprocessedItems } = (await this.#send('batchWriteItem', input, true)) as BatchWriteOutput;
        const unprocessed = new Set(UnprocessedItems?.[table]?.map((item) => (item.PutRequest?.Item ?? item.DeleteRequest?.Key)?.['id']?.S));
        for (const [key, [queue]] of pending) if (!unprocessed.has(key) && pending.delete(key)) queue.writeEnded();
        if (pending.size === 0) return;
        this.#countUnprocessed(pending.size, backoff);
      }
      throw unprocessedError('ProvisionedThroughputExceeded');
    } catch (error) {
      await this.#writeFailed([...pending.values()], error);
    }
  }

  /** Runs commands that depend on the current value. */
  async update(queue: KeyQueue, { commands }: UpdateStep): Promise<void> {
    let action = '';
    try {
      await update(queue, commands, (request, input) => {
        action = toAction(request);
        return this.#send(request, { TableName: this.#options.table, ...input }, false);
      });
    } catch (error) {
      queue.updateFailed(commands, tooLarge(error, itemBytes(queue, commands)) ?? unavailable(error, this.#options.table, action));
    }
  }

  /** Handles a failed batch. If one item's content was rejected, the batch is halved until that item is alone, so that only it fails. */
  async #writeFailed(writes: readonly QueuedWrite[], error: unknown): Promise<void> {
    if (writes.length > 1 && isItemRefused(error)) {
      const half = Math.ceil(writes.length / 2);
      await Promise.all([this.write(writes.slice(0, half)), this.write(writes.slice(half))]);
    } else {
      for (const [queue, { entry }] of writes) {
        const bytes = Buffer.byteLength(queue.key) + Buffer.byteLength(entry?.text ?? '');
        queue.writeEnded({ error: tooLarge(error, bytes) ?? unavailable(error, this.#options.table, 'BatchWriteItem') });
      }
    }
  }

  /** @param repeatable Whether the request may safely be sent twice. */
  async #send(request: Request, input: object, repeatable: boolean): Promise<object> {
    const [throttled, interrupted] = [new Backoff(this.#job.deadline), new Backoff(this.#job.deadline)];
    for (;;) {
      try {
        this.#counter.count(toAction(request));
        return await this.#client[request](input, { abortSignal: this.#job.signal });
      } catch (error) {
        if (this.#job.signal.aborted) throw error;
        const canRetry = isThrottled(error) ? await throttled.next() : repeatable && isTransient(error) && (await interrupted.next(MAX_RETRIES));
        if (!canRetry) throw error;
        this.#counter.retries++;
      }
    }
  }

  #countUnprocessed(count: number, backoff: Backoff): void {
    backoff.remaining(count);
    this.#counter.unprocessed += count;
    this.#counter.retries++;
  }
}

interface BatchGetOutput {
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
}

interface BatchWriteOutput {
  readonly UnprocessedItems?: Readonly<
    Record<string, readonly { readonly PutRequest?: { readonly Item?: Item }; readonly DeleteRequest?: { readonly Key?: Item } }[]>
  >;
}

const toAction = (request: Request): string => `${request.charAt(0).toUpperCase()}${request.slice(1)}`;

const toWriteRequest = ([{ key }, { entry }]: QueuedWrite): object =>
  entry ? { PutRequest: { Item: toItem(key, entry) } } : { DeleteRequest: { Key: toKey(key) } };

/** Returns the size in bytes of a key and of the value that is to be stored. */
function itemBytes({ key }: KeyQueue, [command]: readonly Command[]): number {
  return Buffer.byteLength(key) + (command?.operation === 'set' ? command.bytes : 0);
}

/** Creates the error that DynamoDB would have returned if it had processed nothing. */
const unprocessedError = (name: string): Error => Object.assign(new Error('DynamoDB left a part unprocessed until the time limit'), { name });

/** Passes the item that was read to its queue. An item that was not written by this package fails only the reads of its key. */
function deliver(queue: KeyQueue, item: Item | undefined): void {
  try {
    queue.readSucceeded(toEntry(item));
  } catch (error) {
    queue.readFailed(error);
  }
}
