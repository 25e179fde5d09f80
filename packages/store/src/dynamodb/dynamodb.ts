import { awsClient } from '@suga/gateway/aws';
import { invalidParam } from '@suga/gateway/errors';
import { type Backend, type Job, Traffic } from '../backend.js';
import type { DynamoClient, DynamoOptions } from '../contract.js';
import { Lane, type Need } from './lane.js';
import { LIMITS, OVERHEAD } from './limits.js';
import { Table } from './table.js';

const METHODS = ['batchGetItem', 'batchWriteItem', 'putItem', 'updateItem'] as const;

type Work = () => Promise<void>;

/** Values in a DynamoDB table. @throws `InvalidParams` */
export function dynamodb(options: DynamoOptions): Backend {
  assertOptions(options);
  const { parallel = 8 } = options;
  const traffic = new Traffic();
  let own: (DynamoClient & { destroy?(): void }) | undefined;
  // One try: this backend repeats itself, and knows what may be done twice and how much time there is.
  const client = (): DynamoClient =>
    options.client ?? (own ??= awsClient<DynamoClient>('client-dynamodb', 'DynamoDB', { who: 'store', settings: { maxAttempts: 1 } }));

  return {
    type: 'dynamodb',
    maxBytes: LIMITS.bytesPerItem - OVERHEAD,
    run: async (job) => {
      const table = new Table(client(), { options, traffic, job });
      const lanes = lanesOf(job);
      for (let works = round(lanes, table); works.length > 0 && !job.signal.aborted; works = round(lanes, table)) await all(works, parallel);
    },
    stats: () => ({ requests: { ...traffic.requests }, retries: traffic.retries, unprocessed: traffic.unprocessed }),
    close: () => {
      own?.destroy?.();
      own = undefined;
    },
  };
}

function lanesOf({ commands, settle }: Job): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  for (const command of commands) {
    const lane = lanes.get(command.key) ?? new Lane(command.key, settle);
    lanes.set(command.key, lane);
    lane.add(command);
  }
  return [...lanes.values()];
}

/** What all lanes need next, in as few requests as there can be. */
function round(lanes: readonly Lane[], table: Table): readonly Work[] {
  const reads: Lane[] = [];
  const writes: [Lane, Extract<Need, { readonly kind: 'write' }>][] = [];
  const works: Work[] = [];
  for (const lane of lanes) {
    const need = lane.next();
    if (need?.kind === 'read') reads.push(lane);
    else if (need?.kind === 'write') writes.push([lane, need]);
    else if (need) works.push(() => table.update(lane, need));
  }
  for (let at = 0; at < reads.length; at += LIMITS.keysPerRead) works.push(() => table.read(reads.slice(at, at + LIMITS.keysPerRead)));
  for (const some of chunks(writes)) works.push(() => table.write(some));
  return works;
}

/** As many writes together as one request takes. A text may double on its way: its quotes are escaped. */
function* chunks<T extends readonly [Lane, Extract<Need, { readonly kind: 'write' }>]>(writes: readonly T[]): Generator<readonly T[]> {
  let [chunk, bytes]: [T[], number] = [[], 0];
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

/** Does all of them, so many at a time. */
async function all(works: readonly Work[], most: number): Promise<void> {
  const open = works.values();
  const worker = async (): Promise<void> => {
    for (const work of open) await work();
  };
  await Promise.all(Array.from({ length: Math.min(most, works.length) }, worker));
}

function assertOptions({ table, client, consistent = true, parallel = 8 }: DynamoOptions): void {
  if (typeof table !== 'string' || table === '') throw invalidParam('store', 'backend.table', table, "the table's name or ARN");
  const given = client as Partial<Record<string, unknown>> | null | undefined;
  if (given !== undefined && METHODS.some((method) => typeof given?.[method] !== 'function'))
    throw invalidParam('store', 'backend.client', client, `a client with ${METHODS.join(', ')}`);
  if (typeof consistent !== 'boolean') throw invalidParam('store', 'backend.consistent', consistent, 'true or false');
  if (!Number.isSafeInteger(parallel) || parallel < 1) throw invalidParam('store', 'backend.parallel', parallel, 'a whole number from 1');
}
