import type { Command, Job, Traffic } from '../backend.js';
import type { DynamoClient, DynamoOptions } from '../contract.js';
import { Backoff } from './backoff.js';
import { type Item, keyOf, toEntry, toItem } from './item.js';
import type { Lane, Need } from './lane.js';
import { isItemsFault, isThrottled, isTransient, tooLarge, unavailable } from './trouble.js';
import { update } from './updates.js';

type Request = keyof DynamoClient;
type Writing = readonly [lane: Lane, need: Extract<Need, { readonly kind: 'write' }>];

/** How often a request is sent again that broke off. One that was throttled is for as long as there is time. */
const AGAIN = 2;

/** One job's requests to the table. */
export class Table {
  readonly #client: DynamoClient;
  readonly #options: DynamoOptions;
  readonly #traffic: Traffic;
  readonly #job: Job;

  constructor(client: DynamoClient, { options, traffic, job }: { readonly options: DynamoOptions; readonly traffic: Traffic; readonly job: Job }) {
    this.#client = client;
    this.#options = options;
    this.#traffic = traffic;
    this.#job = job;
  }

  /** Reads the lanes' keys, no more of them than one request may have. */
  async read(lanes: readonly Lane[]): Promise<void> {
    const { table, consistent = true } = this.#options;
    const open = new Map(lanes.map((lane) => [lane.key, lane]));
    const backoff = new Backoff(this.#job.until);
    try {
      for (let first = true; first || (await backoff.next()); first = false) {
        const input = { RequestItems: { [table]: { Keys: Array.from(open.keys(), keyOf), ConsistentRead: consistent } } };
        const { Responses, UnprocessedKeys } = (await this.#send('batchGetItem', input, true)) as Read;
        const left = new Set(UnprocessedKeys?.[table]?.Keys?.map(({ id }) => id?.S));
        const items = new Map(Responses?.[table]?.map((item) => [item['id']?.S, item]));
        for (const [key, lane] of open) if (!left.has(key) && open.delete(key)) attempt(lane, () => lane.read(toEntry(items.get(key))));
        if (open.size === 0) return;
        this.#undone(open.size, backoff);
      }
      throw undone('ProvisionedThroughputExceeded');
    } catch (error) {
      for (const lane of open.values()) lane.unread(unavailable(error, table, 'BatchGetItem'));
    }
  }

  /** Writes what the lanes have come to, no more than one request may have. */
  async write(writings: readonly Writing[]): Promise<void> {
    const { table } = this.#options;
    const open = new Map(writings.map((writing) => [writing[0].key, writing]));
    const backoff = new Backoff(this.#job.until);
    try {
      for (let first = true; first || (await backoff.next()); first = false) {
        const input = { RequestItems: { [table]: Array.from(open.values(), toRequest) } };
        const { UnprocessedItems } = (await this.#send('batchWriteItem', input, true)) as Written;
        const left = new Set(UnprocessedItems?.[table]?.map((item) => (item.PutRequest?.Item ?? item.DeleteRequest?.Key)?.['id']?.S));
        for (const [key, [lane]] of open) if (!left.has(key) && open.delete(key)) lane.written();
        if (open.size === 0) return;
        this.#undone(open.size, backoff);
      }
      throw undone('ProvisionedThroughputExceeded');
    } catch (error) {
      await this.#unwritten([...open.values()], error);
    }
  }

  /** Has the table do what depends on what it holds. */
  async update(lane: Lane, { commands }: Extract<Need, { readonly kind: 'update' }>): Promise<void> {
    let action = '';
    try {
      await update(lane, commands, (request, input) => {
        action = actionOf(request);
        return this.#send(request, { TableName: this.#options.table, ...input }, false);
      });
    } catch (thrown) {
      const error = tooLarge(thrown, bytesOf(lane, commands)) ?? unavailable(thrown, this.#options.table, action);
      lane.updated(new Map(commands.map((command) => [command, { error }])));
    }
  }

  /** One that is refused for what it holds must not take the others with it. */
  async #unwritten(writings: readonly Writing[], error: unknown): Promise<void> {
    if (writings.length > 1 && isItemsFault(error)) {
      const half = Math.ceil(writings.length / 2);
      await Promise.all([this.write(writings.slice(0, half)), this.write(writings.slice(half))]);
    } else {
      for (const [lane, { entry }] of writings) {
        const bytes = Buffer.byteLength(lane.key) + Buffer.byteLength(entry?.text ?? '');
        lane.written({ error: tooLarge(error, bytes) ?? unavailable(error, this.#options.table, 'BatchWriteItem') });
      }
    }
  }

  /** @param repeatable Whether it does no harm to send it twice. */
  async #send(request: Request, input: object, repeatable: boolean): Promise<object> {
    const [throttled, broken] = [new Backoff(this.#job.until), new Backoff(this.#job.until)];
    for (;;) {
      try {
        this.#traffic.sent(actionOf(request));
        return await this.#client[request](input, { abortSignal: this.#job.signal });
      } catch (error) {
        if (this.#job.signal.aborted) throw error;
        const goesOn = isThrottled(error) ? await throttled.next() : repeatable && isTransient(error) && (await broken.next(AGAIN));
        if (!goesOn) throw error;
        this.#traffic.retries++;
      }
    }
  }

  #undone(count: number, backoff: Backoff): void {
    backoff.left(count);
    this.#traffic.unprocessed += count;
    this.#traffic.retries++;
  }
}

interface Read {
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
}

interface Written {
  readonly UnprocessedItems?: Readonly<
    Record<string, readonly { readonly PutRequest?: { readonly Item?: Item }; readonly DeleteRequest?: { readonly Key?: Item } }[]>
  >;
}

const actionOf = (request: Request): string => `${request.charAt(0).toUpperCase()}${request.slice(1)}`;

const toRequest = ([{ key }, { entry }]: Writing): object => (entry ? { PutRequest: { Item: toItem(key, entry) } } : { DeleteRequest: { Key: keyOf(key) } });

/** Size of a key and of the value that is to be stored there. */
function bytesOf({ key }: Lane, [command]: readonly Command[]): number {
  return Buffer.byteLength(key) + (command?.operation === 'set' ? command.bytes : 0);
}

/** What DynamoDB would have said, had it done nothing at all. */
const undone = (name: string): Error => Object.assign(new Error('some of it came back undone until no time was left'), { name });

function attempt(lane: Lane, work: () => void): void {
  try {
    work();
  } catch (error) {
    lane.unread(error);
  }
}
