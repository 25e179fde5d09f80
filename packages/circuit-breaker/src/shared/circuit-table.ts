import { awsClient } from '@suga/gateway/aws';
import { cancellable } from '@suga/gateway/deadline';
import type { CircuitSnapshot } from '../circuit.js';
import type { AttributeValue, DynamoClient, SharedOptions } from '../contract.js';

/** The content of an item. Its version grows by one with every write; 0 means that there is no item. */
export interface Row extends CircuitSnapshot {
  readonly version: number;
  /** Unique id of the write. An environment that reads its own id knows that its write succeeded, even if the response was lost. */
  readonly writer: string;
}

type Item = Readonly<Record<string, AttributeValue | undefined>>;

const NONE = { state: 'closed', until: 0, openings: 0, successes: 0 } as const;
const STATES: readonly unknown[] = ['closed', 'open', 'half-open'];

/** The circuits' items in DynamoDB. */
export class CircuitTable {
  #client: (DynamoClient & { destroy?(): void }) | undefined;
  #id: string | undefined;
  #writes = 0;
  readonly #options: SharedOptions;

  constructor(options: SharedOptions) {
    this.#options = options;
  }

  /** Reads the item. An expired item counts as none. @param signal Cancels the request */
  async get(name: string, signal?: AbortSignal): Promise<Row> {
    const input = { TableName: this.#options.table, Key: this.#key(name), ConsistentRead: true };
    const answer = await this.#within((client, settings) => client.getItem(input, settings), signal);
    return toRow((answer as typeof answer | null | undefined)?.Item);
  }

  /** Writes the version after the given one. If another version was written meanwhile, returns that item instead. */
  async put(name: string, snapshot: CircuitSnapshot, version: number): Promise<Row | undefined> {
    const writer = `${this.#own()}:${++this.#writes}`;
    const input = {
      TableName: this.#options.table,
      Item: { ...this.#key(name), ...toItem(snapshot, this.#options.ttlMs ?? 86_400_000), version: { N: `${version + 1}` }, writer: { S: writer } },
      ConditionExpression: 'attribute_not_exists(id) OR #version = :seen',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':seen': { N: `${version}` } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    try {
      await this.#within((client, settings) => client.putItem(input, settings));
      return undefined;
    } catch (error) {
      const { name: id, Item } = (error ?? {}) as { readonly name?: unknown; readonly Item?: object };
      if (id !== 'ConditionalCheckFailedException') throw error;
      const row = Item ? toRow(Item) : await this.get(name);
      return row.writer === writer ? undefined : row;
    }
  }

  /** Whether this environment wrote the item. */
  isOwn({ writer }: Row): boolean {
    return writer.startsWith(`${this.#own()}:`);
  }

  close(): void {
    if (!this.#options.client) this.#client?.destroy?.();
    this.#client = undefined;
  }

  #key(name: string): Item {
    return { id: { S: `${this.#options.prefix ?? ''}${name}` } };
  }

  #own(): string {
    return (this.#id ??= process.getBuiltinModule('node:crypto').randomUUID());
  }

  /** Runs a request with the time limit, which also cancels the SDK's retries. */
  async #within<T>(request: (client: DynamoClient, settings: { abortSignal: AbortSignal }) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { client, timeoutMs = 1000 } = this.#options;
    this.#client ??= client ?? awsClient<DynamoClient>('client-dynamodb', 'DynamoDB', { who: 'circuitBreaker', settings: { maxAttempts: 2 } });
    const used = this.#client;
    const toError = (reason: string): Error =>
      Object.assign(new Error(`no response ${reason === 'timeout' ? `within ${timeoutMs} ms` : 'in the time the invocation had left'}`), {
        name: 'TimeoutError',
      });
    return cancellable({ ms: timeoutMs, signal, toError }, (abortSignal) => request(used, { abortSignal }));
  }
}

/** Creates the attributes of an item. A circuit that is held open has neither an end nor an expiry. */
function toItem({ state, until, openings, successes }: CircuitSnapshot, ttlMs: number): Item {
  const item = { state: { S: state }, openings: { N: `${openings}` }, successes: { N: `${successes}` } };
  if (until === Number.POSITIVE_INFINITY) return item;
  const end = Math.max(until, Date.now()) + ttlMs;
  return { ...item, until: { N: `${Math.ceil(until)}` }, expiresAt: { N: `${Math.ceil(end / 1000)}` } };
}

function toRow(attributes: object | undefined): Row {
  if (!attributes) return { ...NONE, version: 0, writer: '' };
  const item = attributes as Item;
  const number = (attribute: string, absent: number): number => Number(item[attribute]?.N ?? absent);
  const version = number('version', Number.NaN);
  const writer = item['writer']?.S ?? '';
  const state = item['state']?.S;
  if (!STATES.includes(state) || !(version > 0)) throw Object.assign(new Error('the item does not describe a circuit'), { name: 'ForeignItem' });
  if (number('expiresAt', Number.POSITIVE_INFINITY) * 1000 <= Date.now()) return { ...NONE, version, writer };
  const until = number('until', Number.POSITIVE_INFINITY);
  return { state: state as Row['state'], until, openings: number('openings', 0), successes: number('successes', 0), version, writer };
}
