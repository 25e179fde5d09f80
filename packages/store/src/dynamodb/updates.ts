import type { Command, CommandOf } from '../backend.js';
import type { StoreOutcome } from '../contract.js';
import { notANumber } from '../errors.js';
import { toInteger } from '../serialization.js';
import { hasName } from './errors.js';
import { type Item, toEntry, toItem, toKey, toNumberAttribute } from './item.js';
import type { KeyQueue } from './key-queue.js';

/** Sends one request that must not be repeated. */
export type Send = (request: 'putItem' | 'updateItem', input: object) => Promise<{ readonly Attributes?: Item }>;

const UNTIL = { '#until': 'until' } as const;
const VALUE = { '#value': 'value' } as const;
const EXPIRES_AT = { '#expiresAt': 'expiresAt' } as const;
/** Maximum number of tries of an update that loses to other writers. Two writers at once are rare already. */
const MAX_TRIES = 5;

/** Runs commands that depend on the current value, as conditional requests. @param send Adds the table's name. */
export async function update(queue: KeyQueue, commands: readonly Command[], send: Send): Promise<void> {
  const [command] = commands as readonly [Command];
  if (command.operation === 'set') return setIfAbsent(queue, command, send);
  if (command.operation === 'touch') return touch(queue, command, send);
  return increment(queue, commands as readonly CommandOf<'increment'>[], send);
}

async function setIfAbsent(queue: KeyQueue, command: CommandOf<'set'>, send: Send): Promise<void> {
  const now = Date.now();
  const entry = { text: command.text, until: now + command.ttl };
  const put = {
    Item: toItem(queue.key, entry),
    ConditionExpression: 'attribute_not_exists(id) OR #until <= :now',
    ExpressionAttributeNames: UNTIL,
    ExpressionAttributeValues: { ':now': toNumberAttribute(now) },
  };
  const output = await ifConditionHolds(send('putItem', put));
  // The present value is not requested, because it may be large. A later `get` reads it.
  queue.updateEnded(new Map([[command, { value: output !== undefined }]]), output && { entry });
}

async function touch(queue: KeyQueue, command: CommandOf<'touch'>, send: Send): Promise<void> {
  const now = Date.now();
  const isEndless = command.ttl === Number.POSITIVE_INFINITY;
  const output = await ifConditionHolds(
    send('updateItem', {
      Key: toKey(queue.key),
      UpdateExpression: isEndless ? 'REMOVE #until, #expiresAt' : 'SET #until = :until, #expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id) AND (attribute_not_exists(#until) OR #until > :now)',
      ExpressionAttributeNames: { ...UNTIL, ...EXPIRES_AT },
      ExpressionAttributeValues: { ':now': toNumberAttribute(now), ...(isEndless ? {} : expiryValues(now + command.ttl)) },
      ReturnValues: 'ALL_NEW',
    }),
  );
  queue.updateEnded(new Map([[command, { value: output !== undefined }]]), { entry: output && toEntry(output.Attributes) });
}

/** Largest number on either side of 0: up to it, JavaScript represents every integer. */
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

/** Increments that are sent as one. Each gets the same result as if it were sent alone. */
interface IncrementSum {
  readonly commands: readonly CommandOf<'increment'>[];
  readonly by: number;
  readonly ttl: number;
  /** Bounds of the number before the addition, so that no single increment leads beyond 2^53 - 1. */
  readonly min: number;
  readonly max: number;
}

/** Adds up as many increments as possible. It stops before the sum itself exceeds 2^53 - 1. */
function addUp(all: readonly CommandOf<'increment'>[]): IncrementSum {
  let [by, min, max, count] = [0, -MAX_NUMBER, MAX_NUMBER, 0];
  for (const command of all) {
    if (!Number.isSafeInteger(by + command.by)) break;
    by += command.by;
    min = Math.max(min, -MAX_NUMBER - by);
    max = Math.min(max, MAX_NUMBER - by);
    count++;
  }
  const commands = all.slice(0, count);
  return { commands, by, min, max, ttl: commands.find(({ ttl }) => ttl !== Number.POSITIVE_INFINITY)?.ttl ?? Number.POSITIVE_INFINITY };
}

type SendUpdate = (request: object) => Promise<{ readonly Attributes?: Item } | undefined>;

async function increment(queue: KeyQueue, all: readonly CommandOf<'increment'>[], send: Send): Promise<void> {
  const sum = addUp(all);
  const { commands, by } = sum;
  const sendUpdate: SendUpdate = (request) => ifConditionHolds(send('updateItem', { Key: toKey(queue.key), ...request }));
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const now = Date.now();
      const item = ((await sendUpdate(addRequest(sum, now))) ?? (await sendUpdate(restartRequest(sum))))?.Attributes;
      if (item && toInteger(String(item['value']?.N)) === undefined) {
        await undoAddition(item, { by, until: now + sum.ttl }, sendUpdate);
        return queue.updateFailed(commands, notANumber());
      }
      if (item) return queue.updateEnded(toOutcomes(commands, Number(item['value']?.N) - by), { entry: toEntry(item) });
      if (!(await sendUpdate(overflowRequest(sum)))) continue;
      // At least one increment exceeds the range. They are sent one by one, so that only that one fails.
      if (commands.length > 1) return increment(queue, commands.slice(0, 1), send);
      return queue.updateFailed(commands, notANumber());
    }
    throw Object.assign(new Error(`other writers changed the item during each of ${MAX_TRIES} tries`), { name: 'TransactionConflictException' });
  } catch (error) {
    if (!hasName(error, 'ValidationException') || !/data type|operand/i.test((error as Error).message)) throw error;
    queue.updateFailed(commands, notANumber(error));
  }
}

/**
 * Undoes the addition to a fraction that another writer has stored: no condition can distinguish it from an integer beforehand. An expiry
 * that the addition has set is removed, too. If another store has added in the meantime, that store undoes its addition first. A value
 * that another writer has set in the meantime stays.
 */
async function undoAddition({ value, until }: Item, added: { readonly by: number; readonly until: number }, sendUpdate: SendUpdate): Promise<void> {
  const hasGivenEnd = Number(until?.N) === added.until;
  const request = {
    UpdateExpression: `ADD #value :back${hasGivenEnd ? ' REMOVE #until, #expiresAt' : ''}`,
    ConditionExpression: '#value = :value',
    ExpressionAttributeNames: { ...VALUE, ...(hasGivenEnd ? { ...UNTIL, ...EXPIRES_AT } : {}) },
    ExpressionAttributeValues: { ':back': toNumberAttribute(-added.by), ':value': value },
    ReturnValues: 'UPDATED_NEW',
  };
  for (let tries = 0; tries < MAX_TRIES; tries++) if (await sendUpdate(request)) return;
}

function toOutcomes(commands: IncrementSum['commands'], before: number): ReadonlyMap<Command, StoreOutcome> {
  let value = before;
  return new Map(commands.map((command) => [command, { value: (value += command.by) }]));
}

/** Adds to a number that has not expired or is missing. A value that is not a number passes the comparison, but `ADD` rejects it. */
function addRequest({ by, ttl, min, max }: IncrementSum, now: number): object {
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  const begin = ' SET #until = if_not_exists(#until, :until), #expiresAt = if_not_exists(#expiresAt, :expiresAt)';
  return {
    UpdateExpression: `ADD #value :by${isEndless ? '' : begin}`,
    ConditionExpression: '(attribute_not_exists(#until) OR #until > :now) AND NOT #value < :min AND NOT #value > :max',
    ExpressionAttributeNames: { ...UNTIL, ...VALUE, ...(isEndless ? {} : EXPIRES_AT) },
    ExpressionAttributeValues: {
      ':by': toNumberAttribute(by),
      ':now': toNumberAttribute(now),
      ':min': toNumberAttribute(min),
      ':max': toNumberAttribute(max),
      ...(isEndless ? {} : expiryValues(now + ttl)),
    },
    ReturnValues: 'ALL_NEW',
  };
}

/** Starts again from 0, if the number has expired and the table has not removed it yet. */
function restartRequest({ by, ttl }: IncrementSum): object {
  const now = Date.now();
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  return {
    UpdateExpression: `SET #value = :by${isEndless ? ' REMOVE #until, #expiresAt' : ', #until = :until, #expiresAt = :expiresAt'}`,
    ConditionExpression: '#until <= :now',
    ExpressionAttributeNames: { ...UNTIL, ...VALUE, ...EXPIRES_AT },
    ExpressionAttributeValues: { ':by': toNumberAttribute(by), ':now': toNumberAttribute(now), ...(isEndless ? {} : expiryValues(now + ttl)) },
    ReturnValues: 'ALL_NEW',
  };
}

/** Changes nothing, and succeeds if a number that has not expired would leave the range. Sent only if both other conditions fail. */
function overflowRequest({ min, max }: IncrementSum): object {
  return {
    UpdateExpression: 'SET #value = #value',
    ConditionExpression: '(attribute_not_exists(#until) OR #until > :now) AND (#value < :min OR #value > :max)',
    ExpressionAttributeNames: { ...UNTIL, ...VALUE },
    ExpressionAttributeValues: { ':now': toNumberAttribute(Date.now()), ':min': toNumberAttribute(min), ':max': toNumberAttribute(max) },
  };
}

const expiryValues = (until: number): Item => ({ ':until': toNumberAttribute(until), ':expiresAt': toNumberAttribute(Math.ceil(until / 1000)) });

/** Returns the result of the request; `undefined` if its condition does not hold. */
async function ifConditionHolds<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (hasName(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}
